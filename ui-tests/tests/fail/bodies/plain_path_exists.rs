#![allow(unused)]
// asking the file system
use durable::prelude::*;
use std::path::Path;

#[activity]
async fn import(file: String) -> Result<()> {
    tracing::info!(%file);
    Ok(())
}

#[orchestrator]
async fn nightly_import(ctx: &Context, file: String) -> Result<bool> {
    let there = Path::new(&file).exists();
    if there {
        ctx.call(import(file)).await?;
    }
    Ok(there)
}

fn main() {}
