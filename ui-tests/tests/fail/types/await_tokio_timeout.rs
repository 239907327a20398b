#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn answer(ctx: &Context) -> Result<u64> {
    tokio::time::timeout(Duration::from_secs(5), ctx.event::<u64>("answer")).await?
}

fn main() {}
