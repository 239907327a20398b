#![allow(unused)]
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn age(ctx: &Context, began: SystemTime) -> Result<u64> {
    Ok(began.elapsed()?.as_secs())
}

fn main() {}
