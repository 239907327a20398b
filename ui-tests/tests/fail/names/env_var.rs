#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn region(ctx: &Context) -> Result<String> {
    Ok(std::env::var("REGION")?)
}

fn main() {}
