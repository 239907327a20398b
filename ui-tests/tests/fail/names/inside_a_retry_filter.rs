#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    let retry = Retry::fixed(3, Duration::from_secs(1));
    ctx.call(charge(5)).retry(retry).retry_if(|_| rand::random()).await
}

fn main() {}
