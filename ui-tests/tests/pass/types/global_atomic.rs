use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

static COUNTER: AtomicU64 = AtomicU64::new(0);
static FIRST: u64 = 7;

#[activity]
pub fn counted() -> u64 {
    COUNTER.fetch_add(1, Ordering::Relaxed)
}

#[orchestrator]
pub async fn count(ctx: &Context) -> Result<u64> {
    Ok(ctx.call(counted()).await? + FIRST)
}
