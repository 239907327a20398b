#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, mut prices: HashMap<String, u64>) -> Result<Vec<u64>> {
    Ok(prices.drain().map(|(_, cents)| cents).collect())
}

fn main() {}
