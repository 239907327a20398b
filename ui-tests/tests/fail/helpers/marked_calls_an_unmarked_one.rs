#![allow(unused)]
use durable::prelude::*;

fn rate() -> u64 {
    19
}

#[deterministic]
fn tax(cents: u64) -> u64 {
    cents * rate() / 100
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + tax(cents))
}

fn main() {}
