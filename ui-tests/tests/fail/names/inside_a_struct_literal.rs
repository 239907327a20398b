#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

struct Order {
    cents: u64,
    placed: i64,
}

#[orchestrator]
async fn place(ctx: &Context, cents: u64) -> Result<i64> {
    let order = Order { cents, placed: Utc::now().timestamp() };
    Ok(order.placed)
}

fn main() {}
