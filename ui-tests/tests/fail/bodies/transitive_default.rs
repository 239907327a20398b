#![allow(unused)]
// a Default that makes an id
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

#[derive(Serialize, Deserialize)]
struct Order {
    id: String,
    lines: Vec<String>,
}

impl Default for Order {
    fn default() -> Self {
        Self { id: Ulid::new().to_string(), lines: Vec::new() }
    }
}

#[activity]
async fn save(order: Order) -> Result<()> {
    tracing::info!(order.id, lines = order.lines.len());
    Ok(())
}

#[orchestrator]
async fn begin(ctx: &Context, lines: Vec<String>) -> Result<()> {
    ctx.call(save(Order { lines, ..Default::default() })).await
}

fn main() {}
