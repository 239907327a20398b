// good: an eternal orchestration that counts its rounds
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Totals {
    rounds: u64,
    removed: u64,
    failures: u32,
}

#[activity]
async fn remove_expired(limit: u32) -> Result<u64> {
    Ok(u64::from(limit) / 2)
}

#[orchestrator]
async fn cleanup(ctx: &Context, totals: Totals) -> Result<Totals> {
    let mut totals = Totals { rounds: totals.rounds + 1, ..totals };
    match ctx.call(remove_expired(500)).await {
        Ok(removed) => {
            totals.removed += removed;
            totals.failures = 0;
        }
        Err(error) => {
            totals.failures += 1;
            tracing::warn!(%error, failures = totals.failures, "cleanup failed");
            if totals.failures > 10 {
                return Err(error);
            }
        }
    }
    ctx.set_status(&totals);
    let pause = Duration::from_secs(if totals.failures == 0 { 3_600 } else { 300 });
    ctx.timer(pause).await;
    return ctx.continue_as_new(cleanup(totals)).await;
}
