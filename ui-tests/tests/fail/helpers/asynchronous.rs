#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

async fn pause(ctx: &Context, seconds: u64) -> u64 {
    ctx.timer(Duration::from_secs(seconds)).await;
    seconds
}

#[orchestrator]
async fn nap(ctx: &Context) -> Result<u64> {
    Ok(pause(ctx, 5).await)
}

fn main() {}
