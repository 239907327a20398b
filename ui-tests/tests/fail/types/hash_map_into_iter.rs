#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<Vec<String>> {
    Ok(prices.into_iter().map(|(article, cents)| format!("{article}: {cents}")).collect())
}

fn main() {}
