#![allow(unused)]
use durable::prelude::*;
use std::collections::HashSet;

#[orchestrator]
async fn pay(ctx: &Context, orders: HashSet<u64>) -> Result<Vec<u64>> {
    Ok(orders.iter().map(|order| order * 2).collect())
}

fn main() {}
