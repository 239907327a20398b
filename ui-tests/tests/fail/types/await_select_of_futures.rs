#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context) -> Result<()> {
    let (short, long) = (ctx.timer(Duration::from_secs(1)), ctx.timer(Duration::from_secs(2)));
    futures::future::select(short, long).await;
    Ok(())
}

fn main() {}
