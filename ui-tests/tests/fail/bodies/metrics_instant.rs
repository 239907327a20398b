#![allow(unused)]
// bad: an Instant measures how long the steps took
use std::time::Instant;

use durable::prelude::*;

#[activity]
async fn extract(source: String) -> Result<Vec<u64>> {
    Ok(source.bytes().map(u64::from).collect())
}

#[activity]
async fn load(rows: Vec<u64>) -> Result<usize> {
    Ok(rows.len())
}

#[activity]
async fn record_timing(name: String, millis: u64) -> Result<()> {
    tracing::info!(%name, millis, "timing");
    Ok(())
}

#[orchestrator]
async fn nightly_etl(ctx: &Context, source: String) -> Result<usize> {
    let started = Instant::now();
    let raw = ctx.call(extract(source)).await?;
    let cleaned: Vec<u64> = raw.into_iter().filter(|value| value % 2 == 0).map(|value| value / 2).collect();
    if cleaned.is_empty() {
        tracing::warn!("nothing to load");
        return Ok(0);
    }
    let loaded = ctx.call(load(cleaned)).await?;
    let millis = started.elapsed().as_millis() as u64;
    ctx.call(record_timing("nightly_etl".to_owned(), millis)).await?;
    Ok(loaded)
}

fn main() {}
