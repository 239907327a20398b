#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context) -> Result<usize> {
    let naps = (1..=3).map(|seconds| ctx.timer(Duration::from_secs(seconds)));
    Ok(futures::future::join_all(naps).await.len())
}

fn main() {}
