#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay() -> Result<u64> {
    Ok(1)
}

fn main() {}
