#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, order: &str, cents: u64) -> Result<u64> {
    Ok(cents)
}

fn main() {}
