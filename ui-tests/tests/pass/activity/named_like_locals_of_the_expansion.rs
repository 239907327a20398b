//! A case.

use durable::prelude::*;

#[activity(name = "the charge")]
async fn charge(input: u64, ctx: u64, run: u64, charge: u64) -> Result<u64> {
    Ok(input + ctx + run + charge)
}

/// All.
pub const ALL: Registry = registry![charge];
