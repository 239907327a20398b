//! A case.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
enum Declined {
    #[error("no money")]
    Broke,
}

#[activity]
async fn charge(cents: u64) -> Result<u64, Declined> {
    if cents > 5 { Err(Declined::Broke) } else { Ok(cents) }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    match ctx.call(charge(1)).await {
        Err(CallError::Application(Declined::Broke)) => Ok(0),
        other => Ok(other?),
    }
}

/// All.
pub const ALL: Registry = registry![charge, caller];
