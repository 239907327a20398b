#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn double(ctx: &Context, n: u64) -> Result<u64> {
    Ok(futures::executor::block_on(async move { n * 2 }))
}

fn main() {}
