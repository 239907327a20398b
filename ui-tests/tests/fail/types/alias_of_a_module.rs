#![allow(unused)]
use durable::prelude::*;
use std::time as clocks;

#[orchestrator]
async fn nap(ctx: &Context) -> Result<String> {
    Ok(format!("{:?}", clocks::Instant::now()))
}

fn main() {}
