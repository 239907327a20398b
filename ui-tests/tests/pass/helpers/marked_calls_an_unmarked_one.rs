use durable::prelude::*;

#[deterministic]
fn rate() -> u64 {
    19
}

#[deterministic]
fn tax(cents: u64) -> u64 {
    cents * rate() / 100
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + tax(cents))
}
