#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    println!("paying {cents}");
    Ok(cents)
}

fn main() {}
