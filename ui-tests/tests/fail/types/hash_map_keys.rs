#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn first(ctx: &Context, prices: HashMap<String, u64>) -> Result<Option<String>> {
    Ok(prices.keys().next().cloned())
}

fn main() {}
