use durable::prelude::*;
use std::collections::HashMap;

#[deterministic]
fn total(prices: &HashMap<String, u64>) -> u64 {
    prices.values().copied().sum()
}

#[orchestrator]
pub async fn pay(_ctx: &Context, prices: HashMap<String, u64>) -> Result<u64> {
    Ok(total(&prices))
}
