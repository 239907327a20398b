#![allow(unused)]
// bad: FuturesUnordered yields the results in the order of wake-ups
use durable::prelude::*;
use futures::stream::{FuturesUnordered, StreamExt};

#[activity]
async fn quote(supplier: String, sku: String) -> Result<u64> {
    Ok((supplier.len() * sku.len()) as u64)
}

#[activity]
async fn order(supplier: String, cents: u64) -> Result<String> {
    Ok(format!("{supplier}: {cents}"))
}

#[orchestrator]
async fn cheapest(ctx: &Context, sku: String, suppliers: Vec<String>) -> Result<String> {
    let mut quotes: FuturesUnordered<_> = suppliers
        .iter()
        .map(|supplier| ctx.call(quote(supplier.clone(), sku.clone())).into_future())
        .collect();
    let mut first_three = Vec::new();
    while let Some(cents) = quotes.next().await {
        first_three.push(cents?);
        if first_three.len() == 3 {
            break;
        }
    }
    let best = first_three.into_iter().min().ok_or_else(|| Error::new("no quotes"))?;
    let supplier = suppliers.into_iter().next().unwrap_or_default();
    ctx.call(order(supplier, best)).await
}

fn main() {}
