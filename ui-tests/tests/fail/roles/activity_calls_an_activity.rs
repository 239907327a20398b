#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[activity]
async fn pay(ctx: &ActivityContext, cents: u64) -> Result<u64> {
    ctx.call(charge(cents)).await
}

fn main() {}
