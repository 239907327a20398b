#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ping() -> Result<u64> {
    Ok(1)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(ping(5)).await
}

fn main() {}
