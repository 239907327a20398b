//! A case.

use durable::prelude::*;

/// Pays.
#[orchestrator(name = "Pay")]
pub async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    ctx.timer(std::time::Duration::from_secs(1)).await;
    Ok(cents)
}

/// All.
pub const ALL: Registry = registry![pay];
