#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn show(ctx: &Context, prices: HashMap<String, u64>) -> Result<String> {
    Ok(serde_json::to_string(&prices)?)
}

fn main() {}
