#![allow(unused)]
// join_all of the crate futures
use durable::prelude::*;
#[activity]
async fn ship(order: u64) -> Result<u64> {
    Ok(order)
}

#[orchestrator]
async fn ship_all(ctx: &Context, orders: Vec<u64>) -> Result<u64> {
    let shipped = futures::future::join_all(orders.into_iter().map(|order| ctx.call(ship(order)).into_future())).await;
    shipped.into_iter().sum()
}

fn main() {}
