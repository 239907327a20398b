#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(dbg!(cents * 2))
}

fn main() {}
