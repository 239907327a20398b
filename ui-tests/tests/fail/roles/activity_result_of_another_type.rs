#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<String> {
    Ok(format!("paid {cents}"))
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    let paid: u64 = ctx.call(charge(5)).await?;
    Ok(paid)
}

fn main() {}
