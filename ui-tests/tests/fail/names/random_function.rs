#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    Ok(rand::random())
}

fn main() {}
