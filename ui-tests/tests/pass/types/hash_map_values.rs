use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
pub async fn checksum(_ctx: &Context, prices: HashMap<String, u64>) -> Result<u64> {
    let dearest = prices.values().copied().max().unwrap_or_default();
    let free = prices.values().filter(|cents| **cents == 0).count();
    let fine = prices.values().all(|cents| *cents < 100) || prices.keys().any(String::is_empty);
    Ok(prices.into_values().sum::<u64>() + dearest + free as u64 + u64::from(fine))
}
