#![allow(unused)]
// tokio's select!, which polls in random order
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn approval(ctx: &Context) -> Result<bool> {
    tokio::select! {
        answer = ctx.event::<bool>("approved") => answer,
        () = ctx.timer(Duration::from_secs(3600)) => Ok(false),
    }
}

fn main() {}
