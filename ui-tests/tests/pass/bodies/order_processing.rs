// several activities, one after the other
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    id: u64,
    lines: Vec<Line>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: u32,
    cents: u64,
}

#[activity]
async fn reserve(sku: String, quantity: u32) -> Result<bool> {
    Ok(quantity < 100 && !sku.is_empty())
}

#[activity]
async fn charge(order: u64, cents: u64) -> Result<String> {
    Ok(format!("{order}/{cents}"))
}

#[orchestrator]
async fn process(ctx: &Context, order: Order) -> Result<String> {
    for Line { sku, quantity, .. } in &order.lines {
        if !ctx.call(reserve(sku.clone(), *quantity)).await? {
            return Err(Error::fatal(format!("{sku} is sold out")));
        }
    }
    let total: u64 = order.lines.iter().map(|line| u64::from(line.quantity) * line.cents).sum();
    let shipping = if total > 5_000 { 0 } else { 490 };
    ctx.call(charge(order.id, total + shipping)).await
}
