#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn name(ctx: &Context) -> Result<u32> {
    Ok(std::process::id())
}

fn main() {}
