#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<Vec<(String, u64)>> {
    Ok(Vec::from_iter(prices))
}

fn main() {}
