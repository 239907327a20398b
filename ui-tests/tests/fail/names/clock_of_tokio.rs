#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context) -> Result<String> {
    let due = tokio::time::Instant::now() + Duration::from_secs(5);
    ctx.timer(Duration::from_secs(5)).await;
    Ok(format!("due at {due:?}"))
}

fn main() {}
