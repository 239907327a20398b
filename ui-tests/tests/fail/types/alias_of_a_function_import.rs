#![allow(unused)]
use durable::prelude::*;
use fastrand::u64 as dice;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    Ok(dice(1..=6))
}

fn main() {}
