// building and reading JSON values
use durable::prelude::*;
use serde_json::{Map, Value, json};

#[activity]
async fn publish(message: Value) -> Result<Value> {
    Ok(message)
}

#[orchestrator]
async fn announce(ctx: &Context, order: u64) -> Result<u64> {
    let mut extra = Map::new();
    extra.insert("at".to_owned(), json!(ctx.now()));
    let message = json!({
        "type": "shipped",
        "order": { "id": order, "tags": ["new", null, 1.5] },
        "extra": extra,
    });
    let answer = ctx.call(publish(message)).await?;
    let id = answer.pointer("/order/id").and_then(Value::as_u64);
    id.or_else(|| answer["fallback"].as_u64()).ok_or_else(|| Error::new(format!("no id in {answer}")))
}
