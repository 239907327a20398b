// a marked inline module
use durable::prelude::*;
#[deterministic]
mod pricing {
    use std::collections::BTreeMap;

    pub const MINIMUM: u64 = 100;

    pub fn total(items: &BTreeMap<String, u64>) -> u64 {
        at_least(items.values().sum())
    }

    fn at_least(cents: u64) -> u64 {
        cents.max(MINIMUM)
    }

    pub mod rebates {
        pub fn loyal(cents: u64) -> u64 {
            cents / 20
        }
    }
}

use pricing::rebates;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context, items: std::collections::BTreeMap<String, u64>) -> Result<u64> {
    let total = pricing::total(&items);
    ctx.call(charge(total - rebates::loyal(total))).await
}
