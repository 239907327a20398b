#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn ship(order: u64) -> Result<()> {
    Ok(())
}

#[orchestrator(name = "ship")]
async fn ship_all(ctx: &Context) -> Result<()> {
    Ok(())
}

const SHOP: Registry = registry![ship, ship_all];

fn main() {}
