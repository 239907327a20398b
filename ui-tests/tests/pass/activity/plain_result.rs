//! A case.

use durable::prelude::*;

#[activity]
fn charge(cents: u64) -> u64 {
    cents
}

#[activity]
async fn nothing() {}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(nothing()).await?;
    ctx.call(charge(1)).await
}

/// All.
pub const ALL: Registry = registry![charge, nothing, caller];
