#![allow(unused)]
// Uuid::new_v4 as an idempotency key
use durable::prelude::*;
use uuid::Uuid;

#[activity]
async fn charge(key: String, cents: u64) -> Result<()> {
    tracing::info!(%key, cents);
    Ok(())
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<()> {
    let key = Uuid::new_v4();
    ctx.call(charge(key.to_string(), cents)).await
}

fn main() {}
