#![allow(unused)]
// a for loop over a HashMap
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn reorder(sku: String, missing: u32) -> Result<()> {
    tracing::info!(%sku, missing);
    Ok(())
}

#[orchestrator]
async fn restock(ctx: &Context, missing: HashMap<String, u32>) -> Result<()> {
    for (sku, count) in missing {
        ctx.call(reorder(sku, count)).await?;
    }
    Ok(())
}

fn main() {}
