use durable::prelude::*;

const fn base(cents: u64) -> u64 {
    cents / 100
}

const LEAST: u64 = base(500);

#[deterministic]
const fn fee(cents: u64) -> u64 {
    base(cents) + LEAST
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(base(cents) + fee(cents) + const { base(700) })
}
