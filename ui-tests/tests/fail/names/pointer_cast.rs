#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn aligned(ctx: &Context, n: u64) -> Result<bool> {
    Ok(&n as *const u64 as usize % 64 == 0)
}

fn main() {}
