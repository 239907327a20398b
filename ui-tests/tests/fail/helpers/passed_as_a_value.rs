#![allow(unused)]
use durable::prelude::*;

fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
async fn pay(ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    Ok(prices.into_iter().map(fee).sum())
}

fn main() {}
