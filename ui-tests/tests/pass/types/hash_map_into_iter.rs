use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn pay(_ctx: &Context, prices: HashMap<String, u64>) -> Result<BTreeMap<String, u64>> {
    let doubled: HashMap<_, _> = prices.into_iter().map(|(article, cents)| (article, cents * 2)).collect();
    Ok(doubled.into_iter().filter(|(_, cents)| *cents > 100).collect::<BTreeMap<_, _>>())
}
