#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn double(ctx: &Context, n: u64) -> Result<u64> {
    tokio::spawn(async move { n * 2 });
    Ok(n)
}

fn main() {}
