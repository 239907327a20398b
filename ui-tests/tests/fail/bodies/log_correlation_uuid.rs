#![allow(unused)]
// bad: a v4 UUID is drawn for the log correlation id
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    id: u64,
    customer: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: u32,
    cents: u64,
}

#[activity]
async fn reserve_stock(sku: String, quantity: u32) -> Result<String> {
    Ok(format!("{sku}x{quantity}"))
}

#[activity]
async fn charge_customer(customer: String, cents: u64) -> Result<String> {
    Ok(format!("{customer} paid {cents}"))
}

#[orchestrator]
async fn place_order(ctx: &Context, order: Order) -> Result<String> {
    let request_id = Uuid::new_v4();
    tracing::info!(%request_id, order = order.id, "placing order");
    let mut reservations = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        let reservation = ctx
            .call(reserve_stock(line.sku.clone(), line.quantity))
            .retry(Retry::fixed(3, Duration::from_secs(2)))
            .await?;
        reservations.push(reservation);
    }
    let total = order.lines.iter().map(|line| line.cents * u64::from(line.quantity)).sum();
    let receipt = ctx.call(charge_customer(order.customer, total)).await?;
    Ok(format!("{receipt} for {}", reservations.join(", ")))
}

fn main() {}
