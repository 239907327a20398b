#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn count(ctx: &Context, n: u64) -> Result<u64> {
    static mut TURNS: u64 = 0;
    Ok(n)
}

fn main() {}
