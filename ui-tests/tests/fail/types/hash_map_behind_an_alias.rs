#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap as Map;

type Prices = Map<String, u64>;

#[orchestrator]
async fn pay(ctx: &Context) -> Result<()> {
    let prices = Prices::default();
    for price in prices.values() {
        ctx.set_status(price);
    }
    Ok(())
}

fn main() {}
