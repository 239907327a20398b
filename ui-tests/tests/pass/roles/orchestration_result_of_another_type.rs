use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> u64 {
    cents
}

#[orchestrator]
pub async fn caller(ctx: &Context) -> Result<String> {
    let paid = ctx.call(pay(5)).await?;
    Ok(paid.to_string())
}
