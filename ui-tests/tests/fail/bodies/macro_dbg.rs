#![allow(unused)]
// dbg! left over from debugging
use durable::prelude::*;
#[activity]
async fn total(cart: Vec<u64>) -> Result<u64> {
    Ok(cart.iter().sum())
}

#[orchestrator]
async fn checkout(ctx: &Context, cart: Vec<u64>) -> Result<u64> {
    let sum = dbg!(ctx.call(total(cart)).await?);
    Ok(sum / 100)
}

fn main() {}
