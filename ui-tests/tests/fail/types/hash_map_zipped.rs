#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, labels: Vec<String>, prices: HashMap<String, u64>) -> Result<Vec<u64>> {
    Ok(labels.iter().zip(&prices).map(|(label, (_, cents))| label.len() as u64 * cents).collect())
}

fn main() {}
