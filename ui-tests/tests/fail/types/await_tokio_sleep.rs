#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context, seconds: u64) -> Result<()> {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    Ok(())
}

fn main() {}
