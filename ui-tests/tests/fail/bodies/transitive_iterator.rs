#![allow(unused)]
// an iterator of random numbers
use durable::prelude::*;
struct Dice;

impl Iterator for Dice {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        Some(fastrand::u8(1..=6))
    }
}

#[orchestrator]
async fn throw(ctx: &Context, count: usize) -> Result<Vec<u8>> {
    ctx.set_status("throwing");
    Ok(Dice.take(count).collect())
}

fn main() {}
