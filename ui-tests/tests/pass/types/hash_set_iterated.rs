use durable::prelude::*;
use std::collections::HashSet;

#[orchestrator]
pub async fn pay(_ctx: &Context, mut orders: HashSet<u64>) -> Result<Vec<u64>> {
    let fresh = orders.insert(7) && orders.contains(&8);
    let doubled: HashSet<_> = orders.iter().map(|order| order * 2).collect();
    let mut sorted: Vec<_> = doubled.into_iter().filter(|order| fresh || *order > 5).collect();
    sorted.sort_by(|a, b| b.cmp(a));
    Ok(sorted)
}
