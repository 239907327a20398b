use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn pay(_ctx: &Context, prices: BTreeMap<String, u64>) -> Result<usize> {
    let mut all = vec![("tea".to_owned(), 5)];
    all.extend(prices);
    let mut known = HashMap::new();
    known.extend(all);
    Ok(known.len())
}
