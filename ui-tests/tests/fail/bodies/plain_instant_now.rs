#![allow(unused)]
// Instant::now to measure a call
use std::time::Instant;

use durable::prelude::*;

#[activity]
async fn index(document: String) -> Result<u64> {
    Ok(document.len() as u64)
}

#[orchestrator]
async fn timed_index(ctx: &Context, document: String) -> Result<u64> {
    let began = Instant::now();
    let words = ctx.call(index(document)).await?;
    tracing::debug!(?began, words, "indexed");
    Ok(words)
}

fn main() {}
