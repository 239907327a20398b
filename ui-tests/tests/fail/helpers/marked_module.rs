#![allow(unused)]
use durable::prelude::*;

#[deterministic]
mod pricing {
    pub fn fee(cents: u64) -> u64 {
        cents / 100
    }

    pub fn discount(cents: u64) -> u64 {
        fastrand::u64(..cents)
    }
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + pricing::fee(cents) - pricing::discount(cents))
}

fn main() {}
