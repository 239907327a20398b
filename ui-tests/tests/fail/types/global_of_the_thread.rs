#![allow(unused)]
use durable::prelude::*;
use std::cell::Cell;

thread_local! {
    static TURNS: Cell<u64> = const { Cell::new(0) };
}

#[orchestrator]
async fn count(ctx: &Context) -> Result<u64> {
    Ok(TURNS.with(Cell::get))
}

fn main() {}
