#![allow(unused)]
// a loop over the HashMap that a helper returns
use durable::prelude::*;
use std::collections::HashMap;

#[deterministic]
fn by_customer(orders: Vec<(u64, u64)>) -> HashMap<u64, Vec<u64>> {
    let mut groups = HashMap::<u64, Vec<u64>>::new();
    for (customer, order) in orders {
        groups.entry(customer).or_default().push(order);
    }
    groups
}

#[activity]
async fn send_bill(customer: u64, orders: Vec<u64>) -> Result<()> {
    tracing::info!(customer, ?orders);
    Ok(())
}

#[orchestrator]
async fn bill(ctx: &Context, orders: Vec<(u64, u64)>) -> Result<()> {
    for (customer, orders) in by_customer(orders) {
        ctx.call(send_bill(customer, orders)).await?;
    }
    Ok(())
}

fn main() {}
