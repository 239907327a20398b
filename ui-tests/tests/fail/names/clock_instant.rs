#![allow(unused)]
use durable::prelude::*;
use std::time::{Duration, Instant};

#[orchestrator]
async fn nap(ctx: &Context, seconds: u64) -> Result<String> {
    let began = Instant::now();
    ctx.timer(Duration::from_secs(seconds)).await;
    Ok(format!("began at {began:?}"))
}

fn main() {}
