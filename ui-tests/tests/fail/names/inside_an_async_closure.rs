#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    let add = async |n: u64| n + fastrand::u64(1..=6);
    Ok(add(1).await)
}

fn main() {}
