#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn answer(ctx: &Context) -> Result<u64> {
    durable::select! {
        answer = std::future::pending::<u64>() => Ok(answer),
        () = ctx.timer(Duration::from_secs(60)) => Ok(0),
    }
}

fn main() {}
