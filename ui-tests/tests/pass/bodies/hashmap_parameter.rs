// a HashMap as argument, looked up in the order of a Vec
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn order(sku: String, count: u32) -> Result<()> {
    tracing::info!(%sku, count);
    Ok(())
}

#[orchestrator]
async fn restock(ctx: &Context, stock: HashMap<String, u32>, wanted: Vec<(String, u32)>) -> Result<u32> {
    let mut ordered = 0;
    for (sku, count) in wanted {
        let missing = count.saturating_sub(stock.get(&sku).copied().unwrap_or_default());
        if missing > 0 {
            ctx.call(order(sku, missing)).await?;
            ordered += missing;
        }
    }
    Ok(ordered)
}
