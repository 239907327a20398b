#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    if cents == 0 {
        eprint!("nothing to pay");
    }
    Ok(cents)
}

fn main() {}
