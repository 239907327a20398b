#![allow(unused)]
// bad: the width of the fan-out is the number of this machine's cores
use std::thread::available_parallelism;

use durable::prelude::*;

#[activity]
async fn checksum(chunk: Vec<u64>) -> Result<u64> {
    Ok(chunk.into_iter().fold(0, u64::wrapping_add))
}

#[orchestrator]
async fn checksum_all(ctx: &Context, values: Vec<u64>) -> Result<u64> {
    if values.is_empty() {
        return Ok(0);
    }
    let width = available_parallelism().map_or(4, |cores| cores.get());
    let size = values.len().div_ceil(width).max(1);
    let calls: Vec<_> = values.chunks(size).map(|chunk| ctx.call(checksum(chunk.to_vec()))).collect();
    tracing::info!(parts = calls.len(), "checksumming");
    let sums = durable::try_join_all(calls).await?;
    let mut total = 0_u64;
    for sum in sums {
        total = total.rotate_left(1) ^ sum;
    }
    Ok(total)
}

fn main() {}
