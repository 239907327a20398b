use durable::prelude::*;

static RATES: [u64; 2] = [7, 19];

#[deterministic]
fn tax(cents: u64) -> u64 {
    cents * RATES.iter().sum::<u64>() / 100
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + tax(cents))
}
