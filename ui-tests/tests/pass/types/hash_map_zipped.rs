use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
pub async fn pay(_ctx: &Context, labels: Vec<String>, prices: BTreeMap<String, u64>) -> Result<Vec<u64>> {
    let labelled: HashMap<_, _> = labels.iter().zip(&prices).collect();
    Ok(labels.iter().filter_map(|label| labelled.get(label)).map(|(_, cents)| **cents).collect())
}
