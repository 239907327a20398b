#![allow(unused)]
use durable::prelude::*;
use rand::RngExt;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    let mut rng = rand::rng();
    Ok(rng.random_range(1..=6))
}

fn main() {}
