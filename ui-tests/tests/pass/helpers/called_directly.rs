use durable::prelude::*;

#[deterministic]
fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + fee(cents))
}
