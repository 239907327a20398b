#![allow(unused)]
use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

#[orchestrator]
async fn count(ctx: &Context) -> Result<u64> {
    static TURNS: AtomicU64 = AtomicU64::new(0);
    Ok(TURNS.fetch_add(1, Ordering::Relaxed))
}

fn main() {}
