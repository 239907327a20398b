#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<Vec<(String, u64)>> {
    let mut all = vec![("tea".to_owned(), 5)];
    all.extend(prices);
    Ok(all)
}

fn main() {}
