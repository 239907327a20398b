#![allow(unused)]
use durable::prelude::*;

fn fee(cents: u64) -> u64 {
    cents / 100
}

fn tax(cents: u64) -> u64 {
    cents / 5
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(durable::assume_deterministic!(fee(cents)) + tax(cents))
}

fn main() {}
