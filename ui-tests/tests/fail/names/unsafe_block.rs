#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn first(ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    Ok(unsafe { *prices.get_unchecked(0) })
}

fn main() {}
