//! A case.

use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    ctx.timer(std::time::Duration::from_secs(1)).await;
    ctx.call(pay_two(1, "a".into())).await
}

#[orchestrator]
async fn pay_two(ctx: &durable::Context, mut cents: u64, _order: String) -> Result<u64> {
    cents += 1;
    ctx.timer(std::time::Duration::from_secs(cents)).await;
    Ok(cents)
}

#[orchestrator]
async fn ping(_ctx: &Context) {}

#[orchestrator]
async fn pong(_: &Context) -> u64 {
    5
}

/// All.
pub const ALL: Registry = registry![pay, pay_two, ping, pong];
