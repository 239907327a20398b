#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[derive(Default)]
struct Order {
    prices: HashMap<String, u64>,
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<()> {
    let order = Order::default();
    order.prices.iter().for_each(|(article, _)| ctx.set_status(article));
    Ok(())
}

fn main() {}
