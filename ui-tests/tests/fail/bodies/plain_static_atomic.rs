#![allow(unused)]
// a global counter
use durable::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(1);

#[activity]
async fn print_invoice(number: u64) -> Result<()> {
    tracing::info!(number);
    Ok(())
}

#[orchestrator]
async fn invoice(ctx: &Context) -> Result<u64> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    ctx.call(print_invoice(number)).await?;
    Ok(number)
}

fn main() {}
