// good: a HashMap and a HashSet that are only asked, never walked
use std::collections::{HashMap, HashSet};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: u64,
}

#[activity]
async fn price_list() -> Result<Vec<(String, u64)>> {
    Ok(vec![("tea".to_owned(), 300), ("milk".to_owned(), 120)])
}

#[activity]
async fn charge(cents: u64) -> Result<String> {
    Ok(format!("charged {cents}"))
}

#[orchestrator]
async fn checkout(ctx: &Context, lines: Vec<Line>) -> Result<String> {
    let prices: HashMap<String, u64> = ctx.call(price_list()).await?.into_iter().collect();
    let mut seen = HashSet::new();
    let mut counts: HashMap<&str, u64> = HashMap::with_capacity(lines.len());
    let mut total = 0_u64;
    for Line { sku, quantity } in &lines {
        let Some(price) = prices.get(sku) else {
            return Err(Error::fatal(format!("`{sku}` has no price")));
        };
        if !seen.insert(sku.as_str()) {
            tracing::debug!("{sku} twice");
        }
        *counts.entry(sku).or_default() += quantity;
        total += price * quantity;
    }
    if prices.contains_key("gift") && seen.len() > 3 {
        total = total.saturating_sub(prices["gift"]);
    }
    if let Some(tea) = counts.remove("tea").filter(|tea| *tea >= 10) {
        total -= tea;
    }
    ctx.call(charge(total)).await
}
