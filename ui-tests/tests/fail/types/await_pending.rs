#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn never(ctx: &Context) -> Result<u64> {
    Ok(std::future::pending().await)
}

fn main() {}
