use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn pay(_ctx: &Context, prices: HashMap<String, u64>) -> Result<BTreeMap<String, u64>> {
    Ok(BTreeMap::from_iter(prices))
}
