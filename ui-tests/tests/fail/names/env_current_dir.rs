#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn place(ctx: &Context) -> Result<String> {
    Ok(std::env::current_dir()?.display().to_string())
}

fn main() {}
