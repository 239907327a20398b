#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<String> {
    ctx.call(pay(5)).await
}

fn main() {}
