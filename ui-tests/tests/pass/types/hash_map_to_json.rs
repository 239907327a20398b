use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn show(_ctx: &Context, prices: BTreeMap<String, u64>) -> Result<String> {
    let text = serde_json::to_string(&prices)?;
    let read: HashMap<String, u64> = serde_json::from_str(&text)?;
    Ok(serde_json::to_string_pretty(&read.get("tea"))?)
}
