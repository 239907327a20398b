#![allow(unused)]
// bad: the fan-out follows the iteration order of a HashMap
use std::collections::HashMap;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    warehouse: String,
    sku: String,
    quantity: u32,
}

#[activity]
async fn pick(warehouse: String, lines: Vec<Line>) -> Result<u32> {
    tracing::info!("{warehouse}: {} lines", lines.len());
    Ok(lines.iter().map(|line| line.quantity).sum())
}

#[orchestrator]
async fn fulfil(ctx: &Context, lines: Vec<Line>) -> Result<u32> {
    let mut by_warehouse: HashMap<String, Vec<Line>> = HashMap::new();
    for line in lines {
        if line.quantity == 0 {
            continue;
        }
        by_warehouse.entry(line.warehouse.clone()).or_default().push(line);
    }
    let mut calls = Vec::new();
    for (warehouse, lines) in by_warehouse {
        calls.push(ctx.call(pick(warehouse, lines)));
    }
    let picked = durable::try_join_all(calls).await?;
    Ok(picked.into_iter().sum())
}

fn main() {}
