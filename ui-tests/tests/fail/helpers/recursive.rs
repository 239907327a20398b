#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

async fn countdown(ctx: &Context, from: u64) -> u64 {
    if from == 0 {
        return 0;
    }
    ctx.timer(Duration::from_secs(1)).await;
    1 + Box::pin(countdown(ctx, from - 1)).await
}

#[orchestrator]
async fn launch(ctx: &Context) -> Result<u64> {
    Ok(countdown(ctx, 3).await)
}

fn main() {}
