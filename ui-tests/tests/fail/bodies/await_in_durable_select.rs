#![allow(unused)]
// a foreign branch of durable::select!
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn approval(ctx: &Context) -> Result<bool> {
    durable::select! {
        answer = ctx.event::<bool>("approved") => answer,
        _ = tokio::time::sleep(Duration::from_secs(3600)) => Ok(false),
    }
}

fn main() {}
