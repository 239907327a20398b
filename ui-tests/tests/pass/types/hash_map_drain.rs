use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
pub async fn pay(_ctx: &Context, mut articles: Vec<String>) -> Result<u64> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for article in articles.drain(..) {
        *counts.entry(article).or_default() += 1;
    }
    let tea = counts.remove("tea").unwrap_or_default();
    if let Some(milk) = counts.get_mut("milk") {
        *milk += tea;
    }
    Ok(counts.get("milk").copied().unwrap_or(tea))
}
