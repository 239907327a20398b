#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn double(ctx: &Context, n: u64) -> Result<u64> {
    let (a, b) = rayon::join(|| n * 2, || n * 3);
    Ok(a + b)
}

fn main() {}
