#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(cents: u64, ctx: &Context) -> Result<u64> {
    ctx.timer(std::time::Duration::from_secs(1)).await;
    Ok(cents)
}

#[orchestrator]
async fn parent(ctx: &Context) -> Result<()> {
    let _paid: u64 = ctx.call(pay(5)).await?;
    Ok(())
}

const _: Registry = registry![parent, pay];

fn main() {}
