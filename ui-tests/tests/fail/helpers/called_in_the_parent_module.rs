#![allow(unused)]
use durable::prelude::*;

fn fee(cents: u64) -> u64 {
    cents / 100
}

mod shop {
    use durable::prelude::*;

    #[orchestrator]
    async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
        Ok(cents + super::fee(cents))
    }
}

fn main() {}
