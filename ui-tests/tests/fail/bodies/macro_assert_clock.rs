#![allow(unused)]
// a clock inside of assert!
use durable::prelude::*;
use std::time::SystemTime;

#[activity]
async fn open_doors(hall: u32) -> Result<()> {
    tracing::info!(hall);
    Ok(())
}

#[orchestrator]
async fn concert(ctx: &Context, hall: u32, begins: Timestamp) -> Result<()> {
    assert!(begins > Timestamp::from(SystemTime::now()), "the concert is over");
    ctx.call(open_doors(hall)).await
}

fn main() {}
