use durable::prelude::*;

#[activity]
pub async fn charge(cents: Option<u64>) -> Result<u64> {
    Ok(cents.unwrap_or(5))
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    ctx.call(charge(None)).await
}
