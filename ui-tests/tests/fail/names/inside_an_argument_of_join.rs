#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn nap(ctx: &Context) -> Result<()> {
    let ((), ()) =
        durable::join!(ctx.timer(Duration::from_secs(5)), ctx.timer(Duration::from_secs(fastrand::u64(1..=6))),);
    Ok(())
}

fn main() {}
