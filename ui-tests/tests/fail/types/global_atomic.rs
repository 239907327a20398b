#![allow(unused)]
use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

static COUNTER: AtomicU64 = AtomicU64::new(0);

#[orchestrator]
async fn count(ctx: &Context) -> Result<u64> {
    Ok(COUNTER.fetch_add(1, Ordering::Relaxed))
}

fn main() {}
