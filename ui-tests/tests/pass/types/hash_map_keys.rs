use durable::prelude::*;
use std::collections::{BTreeSet, HashMap};

#[orchestrator]
pub async fn first(_ctx: &Context, prices: HashMap<String, u64>) -> Result<Option<String>> {
    let mut names: Vec<_> = prices.keys().cloned().collect();
    names.sort_unstable();
    let all: BTreeSet<_> = prices.into_keys().collect();
    Ok(names.into_iter().find(|name| all.contains(name)))
}
