#![allow(unused)]
// bad: the existence of a file on this machine switches the flow
use std::path::Path;

use durable::prelude::*;

const MAINTENANCE: &str = "/run/shop/maintenance";

#[activity]
async fn accept(order: u64) -> Result<String> {
    Ok(format!("order {order} accepted"))
}

#[activity]
async fn park(order: u64) -> Result<String> {
    Ok(format!("order {order} parked"))
}

#[orchestrator]
async fn receive_orders(ctx: &Context, orders: Vec<u64>) -> Result<Vec<String>> {
    let mut answers = Vec::with_capacity(orders.len());
    for order in orders {
        let answer = if Path::new(MAINTENANCE).exists() {
            ctx.call(park(order)).await
        } else {
            ctx.call(accept(order)).await
        };
        match answer {
            Ok(text) => answers.push(text),
            Err(error) if error.is_retryable() => answers.push(format!("later: {error}")),
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

fn main() {}
