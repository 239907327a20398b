#![allow(unused)]
use durable::prelude::*;

#[orchestrator(version = 2)]
fn pay<T>(cents: &T, rates: State<u64>, ctx: ActivityContext) -> Result<u64> {
    Ok(1)
}

fn main() {}
