#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<InstanceId> {
    Ok(ctx.start(charge(5)))
}

fn main() {}
