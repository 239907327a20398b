#![allow(unused)]
use durable::prelude::*;
use std::path::PathBuf;

#[orchestrator]
async fn present(ctx: &Context, file: PathBuf) -> Result<bool> {
    Ok(file.exists())
}

fn main() {}
