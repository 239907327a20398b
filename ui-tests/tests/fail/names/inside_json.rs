#![allow(unused)]
use durable::prelude::*;
use serde_json::{Value, json};

#[orchestrator]
async fn receipt(ctx: &Context, cents: u64) -> Result<Value> {
    Ok(json!({ "cents": cents, "ids": [{ "id": uuid::Uuid::new_v4() }] }))
}

fn main() {}
