#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<Vec<u64>> {
    let mut sorted = durable::sorted(&prices).map(|(_, cents)| *cents).collect::<Vec<_>>();
    sorted.extend(prices.values());
    Ok(sorted)
}

fn main() {}
