#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    Ok(fastrand::u64(1..=6))
}

fn main() {}
