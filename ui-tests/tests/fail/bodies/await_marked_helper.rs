#![allow(unused)]
// in the body of a marked async helper
use durable::prelude::*;
use std::time::Duration;

#[deterministic]
async fn back_off(attempt: u32) {
    tokio::time::sleep(Duration::from_secs(2_u64.pow(attempt))).await;
}

#[activity]
async fn connect(host: String) -> Result<bool> {
    Ok(host.is_empty())
}

#[orchestrator]
async fn connect_patiently(ctx: &Context, host: String) -> Result<bool> {
    for attempt in 0..3 {
        if ctx.call(connect(host.clone())).await? {
            return Ok(true);
        }
        back_off(attempt).await;
    }
    Ok(false)
}

fn main() {}
