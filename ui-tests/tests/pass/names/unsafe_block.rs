use durable::prelude::*;

#[orchestrator]
pub async fn first(_ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    Ok(prices.first().copied().unwrap_or_default())
}
