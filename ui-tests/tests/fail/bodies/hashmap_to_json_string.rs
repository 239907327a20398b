#![allow(unused)]
// bad: a HashMap is serialized to a JSON text that becomes an activity's argument
use std::collections::HashMap;

use durable::prelude::*;

#[activity]
async fn stock_of(sku: String) -> Result<u32> {
    Ok(sku.len() as u32)
}

#[activity]
async fn upload(body: String) -> Result<()> {
    tracing::info!("{} bytes", body.len());
    Ok(())
}

#[orchestrator]
async fn export_stock(ctx: &Context, skus: Vec<String>) -> Result<u32> {
    let mut stock: HashMap<String, u32> = HashMap::with_capacity(skus.len());
    let mut total = 0;
    for sku in skus {
        let count = ctx.call(stock_of(sku.clone())).await?;
        total += count;
        stock.insert(sku, count);
    }
    let body = serde_json::to_string(&stock)?;
    ctx.call(upload(body)).await?;
    Ok(total)
}

fn main() {}
