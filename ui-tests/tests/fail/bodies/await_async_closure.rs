#![allow(unused)]
// in an async closure
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn attempt(n: u32) -> Result<bool> {
    Ok(n > 2)
}

#[orchestrator]
async fn three_times(ctx: &Context) -> Result<bool> {
    let pause = async |n: u32| tokio::time::sleep(Duration::from_millis(100_u64 << n)).await;
    for n in 0..3 {
        if ctx.call(attempt(n)).await? {
            return Ok(true);
        }
        pause(n).await;
    }
    Ok(false)
}

fn main() {}
