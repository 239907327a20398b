#![allow(unused)]
// a function in a variable
use durable::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

#[orchestrator]
async fn stamps(ctx: &Context) -> Result<u64> {
    let clock = SystemTime::now;
    ctx.set_status("stamping");
    Ok(clock().duration_since(UNIX_EPOCH)?.as_secs())
}

fn main() {}
