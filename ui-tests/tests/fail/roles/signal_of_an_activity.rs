#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<()> {
    ctx.signal(charge(5));
    Ok(())
}

fn main() {}
