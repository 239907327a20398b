use durable::prelude::*;
use itertools::Itertools;

#[orchestrator]
pub async fn total(_ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    Ok(prices.iter().sorted().dedup().sum())
}
