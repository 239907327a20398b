#![allow(unused)]
use durable::prelude::*;

const fn base(cents: u64) -> u64 {
    cents / 100
}

fn fee(cents: u64) -> u64 {
    base(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(base(cents) + fee(cents))
}

fn main() {}
