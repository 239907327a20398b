#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn first(ctx: &Context) -> Result<u64> {
    tokio::select! {
        () = ctx.timer(Duration::from_secs(1)) => Ok(1),
        () = ctx.timer(Duration::from_secs(2)) => Ok(2),
    }
}

fn main() {}
