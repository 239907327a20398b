#![allow(unused)]
// a loop over a type alias of HashMap
use durable::prelude::*;
use std::collections::HashMap;

type Stock = HashMap<String, u32>;

#[activity]
async fn count(sku: String) -> Result<u32> {
    Ok(sku.len() as u32)
}

#[orchestrator]
async fn recount(ctx: &Context, skus: Vec<String>) -> Result<u32> {
    let stock: Stock = skus.into_iter().map(|sku| (sku, 0)).collect();
    let mut sum = 0;
    for sku in stock.keys() {
        sum += ctx.call(count(sku.clone())).await?;
    }
    Ok(sum)
}

fn main() {}
