use durable::ActivityCall;
use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[deterministic]
fn small(cents: u64) -> ActivityCall<charge> {
    charge(cents.min(5))
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    ctx.call(small(7)).await
}
