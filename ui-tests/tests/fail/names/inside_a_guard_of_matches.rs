#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn lucky(ctx: &Context, n: u64) -> Result<bool> {
    Ok(matches!(n, 0..=9 | 99 if rand::random()))
}

fn main() {}
