use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn show(_ctx: &Context, prices: BTreeMap<String, u64>, stock: HashMap<String, u64>) -> Result<String> {
    Ok(format!("{prices:?} {:#?} of {}", stock.get("tea"), stock.len()))
}
