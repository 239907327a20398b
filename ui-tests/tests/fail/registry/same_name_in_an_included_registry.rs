#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ship(order: u64) -> Result<()> {
    Ok(())
}

const SHIPPING: Registry = registry![ship];

const SHOP: Registry = registry![SHIPPING, ship];

fn main() {}
