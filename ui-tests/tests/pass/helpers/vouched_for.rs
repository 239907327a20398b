use durable::prelude::*;
use std::{collections::HashMap, sync::OnceLock};

static RATE: OnceLock<u64> = OnceLock::new();

fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64, prices: HashMap<String, u64>) -> Result<u64> {
    let rate = durable::assume_deterministic!(*RATE.get_or_init(|| 19));
    let total = durable::assume_deterministic!(prices.values().fold(0_u64, |sum, cents| sum + cents));
    Ok(durable::assume_deterministic!(fee(cents)) * rate + total)
}
