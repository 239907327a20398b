#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ship(order: u64) -> Result<()> {
    Ok(())
}

const LIMIT: u64 = 5;

const SHOP: Registry = registry![ship, LIMIT];

fn main() {}
