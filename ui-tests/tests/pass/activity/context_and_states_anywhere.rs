//! A case.

use durable::prelude::*;

struct Pool(u64);
struct Rates(u64);

#[activity]
async fn charge(
    pool: State<Pool>,
    card: String,
    ctx: &ActivityContext,
    rates: durable::State<Rates>,
    cents: u64,
    _again: &durable::ActivityContext,
) -> Result<u64> {
    Ok(pool.0.0 + rates.0.0 + cents + u64::from(ctx.attempt()) + card.len() as u64)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    let _state = (Pool(1), Rates(1));
    ctx.call(charge(String::new(), 1)).await
}

/// All.
pub const ALL: Registry = registry![charge, caller];
