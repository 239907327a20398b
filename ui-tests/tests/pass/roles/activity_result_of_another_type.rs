use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<String> {
    Ok(format!("paid {cents}"))
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<usize> {
    let receipt: String = ctx.call(charge(5)).await?;
    Ok(receipt.len())
}
