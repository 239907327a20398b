#![allow(unused)]
use durable::prelude::*;

#[orchestrator(name = "")]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn parent(ctx: &Context) -> Result<()> {
    let _paid: u64 = ctx.call(pay(5)).await?;
    Ok(())
}

const _: Registry = registry![parent, pay];

fn main() {}
