#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay<T: Into<u64>>(ctx: &Context, cents: T) -> Result<u64> {
    Ok(cents.into())
}

fn main() {}
