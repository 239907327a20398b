#![allow(unused)]
// select of the crate futures
use durable::prelude::*;
use std::time::Duration;

use futures::future;

#[orchestrator]
async fn first_of(ctx: &Context) -> Result<bool> {
    let answer = ctx.event::<bool>("answer");
    match future::select(answer, ctx.timer(Duration::from_secs(60))).await {
        future::Either::Left((answer, _)) => answer,
        future::Either::Right(_) => Ok(false),
    }
}

fn main() {}
