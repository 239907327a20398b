#![allow(unused)]
// fastrand jitter in a timer
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn jittered(ctx: &Context) -> Result<()> {
    let jitter = Duration::from_millis(fastrand::u64(0..500));
    ctx.timer(Duration::from_secs(5) + jitter).await;
    Ok(())
}

fn main() {}
