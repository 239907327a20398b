//! A case.

use durable::prelude::*;

#[activity]
async fn charge(card: String, cents: u64) -> Result<String> {
    Ok(format!("{card}: {cents}"))
}

/// All.
pub const ALL: Registry = registry![charge];
