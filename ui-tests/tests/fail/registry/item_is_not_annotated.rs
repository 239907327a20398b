#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ship(order: u64) -> Result<()> {
    Ok(())
}

async fn pay(cents: u64) {}

struct Order;

const SHOP: Registry = registry![ship, pay, Order];

fn main() {}
