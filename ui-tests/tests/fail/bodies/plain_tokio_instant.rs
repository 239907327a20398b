#![allow(unused)]
// tokio's Instant as a deadline
use durable::prelude::*;
use std::time::Duration;
use tokio::time::Instant;

#[activity]
async fn poll(job: u64) -> Result<bool> {
    Ok(job % 2 == 0)
}

#[orchestrator]
async fn wait_for(ctx: &Context, job: u64) -> Result<bool> {
    let deadline = Instant::now() + Duration::from_secs(60);
    tracing::debug!(?deadline);
    while !ctx.call(poll(job)).await? {
        ctx.timer(Duration::from_secs(5)).await;
    }
    Ok(true)
}

fn main() {}
