#![allow(unused)]
use durable::prelude::*;

fn declare() {
    fn fee(cents: u64) -> u64 {
        cents / 100
    }

    #[orchestrator]
    async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
        Ok(cents + fee(cents))
    }
}

fn main() {}
