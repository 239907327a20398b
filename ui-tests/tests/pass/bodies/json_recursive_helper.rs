// a marked recursive function over JSON
use durable::prelude::*;
use serde_json::Value;

#[deterministic]
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(|field| depth(field)).max().unwrap_or(0),
        _ => 0,
    }
}

#[orchestrator]
async fn measure(ctx: &Context, value: Value) -> Result<usize> {
    ctx.set_status("measuring");
    Ok(depth(&value))
}
