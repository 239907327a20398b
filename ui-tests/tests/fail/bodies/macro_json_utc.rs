#![allow(unused)]
// a clock inside of json!
use durable::prelude::*;
use chrono::Utc;
use serde_json::{Value, json};

#[activity]
async fn publish(message: Value) -> Result<()> {
    tracing::info!(%message);
    Ok(())
}

#[orchestrator]
async fn announce(ctx: &Context, order: u64) -> Result<()> {
    let message = json!({ "type": "shipped", "order": order, "meta": { "at": Utc::now().timestamp_millis() } });
    ctx.call(publish(message)).await
}

fn main() {}
