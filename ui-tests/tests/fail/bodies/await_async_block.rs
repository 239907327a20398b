#![allow(unused)]
// in an async block given to durable::race
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn first(ctx: &Context) -> Result<bool> {
    let nap = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        true
    };
    match durable::race(nap, ctx.timer(Duration::from_secs(1))).await {
        Either::Left(won) => Ok(won),
        Either::Right(()) => Ok(false),
    }
}

fn main() {}
