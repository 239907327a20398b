#![allow(unused)]
// sleeping on the thread
use durable::prelude::*;
use std::{thread, time::Duration};

#[activity]
async fn ping(host: String) -> Result<bool> {
    Ok(host.is_empty())
}

#[orchestrator]
async fn try_twice(ctx: &Context, host: String) -> Result<bool> {
    if ctx.call(ping(host.clone())).await? {
        return Ok(true);
    }
    thread::sleep(Duration::from_secs(1));
    ctx.call(ping(host)).await
}

fn main() {}
