#![allow(unused)]
use durable::prelude::*;

#[deterministic]
fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    ctx.call(fee(5)).await
}

fn main() {}
