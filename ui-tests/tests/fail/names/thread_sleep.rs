#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context, seconds: u64) -> Result<()> {
    std::thread::sleep(Duration::from_secs(seconds));
    Ok(())
}

fn main() {}
