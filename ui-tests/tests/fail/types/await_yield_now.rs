#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pause(ctx: &Context) -> Result<()> {
    tokio::task::yield_now().await;
    Ok(())
}

fn main() {}
