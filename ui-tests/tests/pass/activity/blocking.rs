//! A case.

use durable::prelude::*;

#[activity]
fn charge(card: String) -> Result<String> {
    Ok(card)
}

/// All.
pub const ALL: Registry = registry![charge];
