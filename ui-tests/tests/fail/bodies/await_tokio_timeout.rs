#![allow(unused)]
// tokio's timeout around a call
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn slow(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn impatient(ctx: &Context) -> Result<u64> {
    let answer = tokio::time::timeout(Duration::from_secs(5), ctx.call(slow(4))).await?;
    answer
}

fn main() {}
