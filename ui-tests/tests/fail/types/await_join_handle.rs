#![allow(unused)]
use durable::prelude::*;
use tokio::task::JoinHandle;

#[orchestrator]
async fn double(ctx: &Context, n: u64) -> Result<u64> {
    let worker: Option<JoinHandle<u64>> = None;
    match worker {
        Some(worker) => Ok(worker.await?),
        None => Ok(n * 2),
    }
}

fn main() {}
