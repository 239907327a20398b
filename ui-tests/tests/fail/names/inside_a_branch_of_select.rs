#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn answer(ctx: &Context) -> Result<u32> {
    durable::select! {
        answer = ctx.event::<u32>("answer") => answer,
        () = ctx.timer(Duration::from_secs(60)) => Ok(std::process::id()),
    }
}

fn main() {}
