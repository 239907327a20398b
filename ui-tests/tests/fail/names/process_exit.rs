#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn check(ctx: &Context, cents: u64) -> Result<u64> {
    if cents == 0 {
        std::process::exit(1);
    }
    Ok(cents)
}

fn main() {}
