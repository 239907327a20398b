#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

use futures::FutureExt;

#[orchestrator]
async fn first(ctx: &Context) -> Result<u64> {
    let mut short = ctx.timer(Duration::from_secs(1)).fuse();
    let mut long = ctx.timer(Duration::from_secs(2)).fuse();
    futures::select! {
        () = short => Ok(1),
        () = long => Ok(2),
    }
}

fn main() {}
