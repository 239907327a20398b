use durable::prelude::*;
use serde_json::{Value, json};

#[orchestrator]
pub async fn receipt(ctx: &Context, cents: u64) -> Result<Value> {
    Ok(json!({ "cents": cents * 2, "ids": [{ "id": ctx.new_uuid() }, null], "at": ctx.now(), "Utc::now()": true }))
}
