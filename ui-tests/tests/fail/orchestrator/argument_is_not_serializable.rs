#![allow(unused)]
use durable::prelude::*;

struct Order;

#[orchestrator]
async fn pay(ctx: &Context, order: Order) -> Result<u64> {
    Ok(1)
}

fn main() {}
