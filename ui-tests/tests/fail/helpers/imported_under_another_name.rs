#![allow(unused)]
use durable::prelude::*;

mod pricing {
    pub fn fee(cents: u64) -> u64 {
        cents / 100
    }
}
use pricing::fee as max;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + max(cents))
}

fn main() {}
