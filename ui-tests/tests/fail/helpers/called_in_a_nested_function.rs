#![allow(unused)]
use durable::prelude::*;

fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    fn total(cents: u64) -> u64 {
        cents + fee(cents)
    }
    Ok(total(cents))
}

fn main() {}
