#![allow(unused)]
// a counter of the thread
use durable::prelude::*;
use std::cell::Cell;

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

#[activity]
async fn work(run: u32) -> Result<()> {
    tracing::info!(run);
    Ok(())
}

#[orchestrator]
async fn every_tenth(ctx: &Context) -> Result<bool> {
    let run = RUNS.with(|runs| {
        runs.set(runs.get() + 1);
        runs.get()
    });
    if run.is_multiple_of(10) {
        ctx.call(work(run)).await?;
    }
    Ok(run.is_multiple_of(10))
}

fn main() {}
