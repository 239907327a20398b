// good: serde_json values are built, walked and changed
use durable::prelude::*;
use serde_json::{Map, Number, Value, json};

#[activity]
async fn load_settings(tenant: String) -> Result<Value> {
    Ok(json!({ "tenant": tenant, "limits": { "users": 5, "tags": ["a", null, 1.5] } }))
}

#[activity]
async fn save_settings(settings: Value) -> Result<usize> {
    Ok(settings.to_string().len())
}

#[deterministic]
fn merged(base: Value, over: &Value) -> Value {
    match (base, over) {
        (Value::Object(mut base), Value::Object(over)) => {
            for (key, value) in over {
                let before = base.remove(key).unwrap_or(Value::Null);
                base.insert(key.clone(), merged(before, value));
            }
            Value::Object(base)
        }
        (Value::Array(base), Value::Array(over)) => base.into_iter().chain(over.iter().cloned()).collect(),
        (base, Value::Null) => base,
        (_, over) => over.clone(),
    }
}

#[deterministic]
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Null => 0,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

#[orchestrator]
async fn update_settings(ctx: &Context, tenant: String, change: Value) -> Result<usize> {
    let old = ctx.call(load_settings(tenant.clone())).await?;
    let mut new = merged(old, &change);
    let count = leaves(&new);
    if let Some(limits) = new.pointer_mut("/limits").and_then(Value::as_object_mut) {
        limits.entry("users").or_insert(json!(1));
        limits.insert("leaves".to_owned(), Value::Number(Number::from(count)));
    }
    let mut audit = Map::new();
    audit.insert("by".to_owned(), Value::from("settings"));
    new["audit"] = Value::Object(audit);
    new["limits"]["tenant"] = json!(tenant);
    if new["limits"]["users"].as_u64().is_some_and(|users| users > 1_000) {
        return Err(Error::fatal("too many users"));
    }
    ctx.call(save_settings(new)).await
}
