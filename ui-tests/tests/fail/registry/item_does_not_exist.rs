#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ship(order: u64) -> Result<()> {
    Ok(())
}

const SHOP: Registry = registry![ship, shop::pay];

fn main() {}
