//! A case.

use durable::prelude::*;

#[orchestrator]
async fn fibonacci(ctx: &Context, n: u64) -> Result<u64> {
    if n < 2 {
        return Ok(n);
    }
    Ok(ctx.call(fibonacci(n - 1)).await? + ctx.call(fibonacci(n - 2)).await?)
}

/// All.
pub const ALL: Registry = registry![fibonacci];
