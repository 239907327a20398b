#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn checksum(ctx: &Context, prices: HashMap<String, u64>) -> Result<u64> {
    Ok(prices.values().fold(0_u64, |sum, cents| sum * 31 + cents))
}

fn main() {}
