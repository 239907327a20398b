//! A case.

use durable::prelude::*;

#[activity]
async fn r#type(r#fn: u64) -> Result<u64> {
    Ok(r#fn)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(r#type(1)).await
}

/// All.
pub const ALL: Registry = registry![r#type, caller];
