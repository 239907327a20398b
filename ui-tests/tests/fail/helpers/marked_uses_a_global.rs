#![allow(unused)]
use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

static RATE: AtomicU64 = AtomicU64::new(19);

#[deterministic]
fn tax(cents: u64) -> u64 {
    cents * RATE.load(Ordering::Relaxed) / 100
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents + tax(cents))
}

fn main() {}
