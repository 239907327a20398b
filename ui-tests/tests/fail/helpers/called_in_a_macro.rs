#![allow(unused)]
use durable::prelude::*;

fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<serde_json::Value> {
    Ok(serde_json::json!({ "cents": cents, "fee": fee(cents) }))
}

fn main() {}
