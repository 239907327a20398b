use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

#[orchestrator]
pub async fn count(_ctx: &Context) -> Result<u64> {
    let turns = AtomicU64::new(0);
    turns.fetch_add(1, Ordering::Relaxed);
    Ok(turns.into_inner())
}
