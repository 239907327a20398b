#![allow(unused)]
// bad: futures::future::select instead of durable::race
use std::time::Duration;

use durable::prelude::*;
use futures::future::{Either as First, select};

#[activity]
async fn start_machine(id: u32) -> Result<()> {
    tracing::info!(id, "started");
    Ok(())
}

#[activity]
async fn stop_machine(id: u32) -> Result<()> {
    tracing::info!(id, "stopped");
    Ok(())
}

#[orchestrator]
async fn supervise(ctx: &Context, id: u32, hours: u64) -> Result<String> {
    ctx.call(start_machine(id)).await?;
    let stop = ctx.event::<String>("stop");
    let limit = ctx.timer(Duration::from_secs(hours * 3600));
    let reason = match select(stop, limit).await {
        First::Left((text, _)) => text?,
        First::Right(((), _)) => format!("ran {hours} hours"),
    };
    ctx.call(stop_machine(id)).await?;
    Ok(reason)
}

fn main() {}
