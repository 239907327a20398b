#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

use futures::{StreamExt, stream::FuturesUnordered};

#[orchestrator]
async fn nap(ctx: &Context) -> Result<bool> {
    let naps = (1..=3).map(|seconds| ctx.timer(Duration::from_secs(seconds)));
    let mut naps: FuturesUnordered<_> = naps.collect();
    Ok(naps.next().await.is_some())
}

fn main() {}
