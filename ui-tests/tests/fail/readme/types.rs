#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn charge(cents: u64, id: String) -> Result<u64> {
    Ok(cents)
}

fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
async fn orders(ctx: &Context, prices: HashMap<String, u64>) -> Result<()> {
    for (id, cents) in &prices {
        ctx.call(charge(cents + fee(*cents), id.clone())).await?;
    }
    std::future::poll_fn(|_| std::task::Poll::Ready(())).await;
    Ok(())
}

fn main() {}
