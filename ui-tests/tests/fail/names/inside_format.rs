#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn draw(ctx: &Context) -> Result<String> {
    Ok(format!("a {} of {}", fastrand::u8(1..=6), 6))
}

fn main() {}
