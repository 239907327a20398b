#![allow(unused)]
// a random number inside of a tracing event
use durable::prelude::*;
#[activity]
async fn work(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[orchestrator]
async fn traced(ctx: &Context, n: u64) -> Result<u64> {
    tracing::info!(n, sample = fastrand::u32(..), "beginning");
    ctx.call(work(n)).await
}

fn main() {}
