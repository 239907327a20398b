//! A case.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// Declined.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("declined")]
pub struct Declined;

/// Pays.
#[orchestrator]
pub async fn pay(_ctx: &Context) -> Result<(), Declined> {
    Err(Declined)
}

/// All.
pub const ALL: Registry = registry![pay];
