#![allow(unused)]
// a foreign future in a box
use durable::prelude::*;
use std::{pin::Pin, time::Duration};

#[activity]
async fn retry(job: u64) -> Result<()> {
    tracing::info!(job);
    Ok(())
}

#[orchestrator]
async fn later(ctx: &Context, job: u64, seconds: u64) -> Result<()> {
    let pause: Pin<Box<dyn Future<Output = ()>>> = if seconds == 0 {
        Box::pin(std::future::ready(()))
    } else {
        Box::pin(tokio::time::sleep(Duration::from_secs(seconds)))
    };
    pause.await;
    ctx.call(retry(job)).await
}

fn main() {}
