#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    ctx.continue_as_new(charge(5)).await
}

fn main() {}
