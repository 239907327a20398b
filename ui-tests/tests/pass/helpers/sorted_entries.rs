use durable::prelude::*;
use std::collections::{HashMap, HashSet};

#[orchestrator]
pub async fn pay(_ctx: &Context, mut prices: HashMap<String, u64>, pairs: HashSet<(u64, u64)>) -> Result<Vec<u64>> {
    let mut sorted = durable::sorted(&prices).map(|(_, cents)| *cents).collect::<Vec<_>>();
    for (article, cents) in durable::sorted(&mut prices) {
        *cents += article.len() as u64;
    }
    sorted.extend(durable::sorted(pairs).map(|(a, b)| a * b));
    sorted.extend(durable::sorted(prices).map(|(_, cents)| cents));
    Ok(sorted)
}
