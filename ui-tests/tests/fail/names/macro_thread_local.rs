#![allow(unused)]
use durable::prelude::*;
use std::cell::Cell;

#[orchestrator]
async fn count(ctx: &Context) -> Result<u64> {
    thread_local! {
        static TURNS: Cell<u64> = const { Cell::new(0) };
    }
    Ok(1)
}

fn main() {}
