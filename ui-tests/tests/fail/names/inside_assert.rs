#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn check(ctx: &Context, cents: u64) -> Result<u64> {
    assert!(std::env::var("CLOSED").is_err(), "closed");
    Ok(cents)
}

fn main() {}
