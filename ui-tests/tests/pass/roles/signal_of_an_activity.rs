use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
pub async fn charged(ctx: &Context, cents: u64) -> Result<u64> {
    ctx.call(charge(cents)).await
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<()> {
    ctx.start(charged(5));
    Ok(())
}
