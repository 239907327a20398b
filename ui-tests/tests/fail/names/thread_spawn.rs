#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn double(ctx: &Context, n: u64) -> Result<u64> {
    let worker = std::thread::spawn(move || n * 2);
    Ok(worker.join().unwrap_or_default())
}

fn main() {}
