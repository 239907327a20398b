#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    ctx.call(charge(None)).await
}

fn main() {}
