use durable::prelude::*;

#[deterministic]
fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<serde_json::Value> {
    assert!(fee(cents) < cents, "{} is too much", fee(cents));
    Ok(serde_json::json!({ "cents": cents, "fee": fee(cents), "fees": vec![fee(cents); 2] }))
}
