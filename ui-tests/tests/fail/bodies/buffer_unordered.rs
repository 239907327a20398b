#![allow(unused)]
// bad: futures::stream::buffer_unordered drives the calls
use durable::prelude::*;
use futures::StreamExt;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Price {
    sku: String,
    cents: u64,
}

#[activity]
async fn fetch_price(sku: String) -> Result<Price> {
    Ok(Price { cents: sku.len() as u64 * 100, sku })
}

#[activity]
async fn store_prices(prices: Vec<Price>) -> Result<()> {
    tracing::info!("{} prices", prices.len());
    Ok(())
}

#[orchestrator]
async fn refresh_prices(ctx: &Context, skus: Vec<String>) -> Result<u64> {
    let wanted: Vec<String> = skus.into_iter().filter(|sku| !sku.trim().is_empty()).collect();
    let results: Vec<Result<Price>> = futures::stream::iter(wanted)
        .map(|sku| ctx.call(fetch_price(sku)).into_future())
        .buffer_unordered(8)
        .collect()
        .await;
    let mut prices = results.into_iter().collect::<Result<Vec<_>>>()?;
    prices.sort_by(|a, b| a.sku.cmp(&b.sku));
    let sum = prices.iter().map(|price| price.cents).sum();
    ctx.call(store_prices(prices)).await?;
    Ok(sum)
}

fn main() {}
