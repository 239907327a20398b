#![allow(unused)]
// an implementation of a trait of the user's
use durable::prelude::*;
trait Discount {
    fn percent(&self) -> u64;
}

struct Lottery;

impl Discount for Lottery {
    fn percent(&self) -> u64 {
        if rand::random::<bool>() { 10 } else { 0 }
    }
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context, cents: u64) -> Result<u64> {
    let percent = Lottery.percent();
    ctx.call(charge(cents - cents * percent / 100)).await
}

fn main() {}
