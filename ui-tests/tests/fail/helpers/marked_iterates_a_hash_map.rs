#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[deterministic]
fn first(prices: &HashMap<String, u64>) -> Option<u64> {
    prices.values().copied().next()
}

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<Option<u64>> {
    Ok(first(&prices))
}

fn main() {}
