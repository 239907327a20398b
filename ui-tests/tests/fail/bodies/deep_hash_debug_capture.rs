#![allow(unused)]
// a HashSet in a format string
use durable::prelude::*;
use std::collections::HashSet;

#[activity]
async fn warn(text: String) -> Result<()> {
    tracing::warn!(%text);
    Ok(())
}

#[orchestrator]
async fn validate(ctx: &Context, wanted: Vec<u32>, known: Vec<u32>) -> Result<()> {
    let known: HashSet<u32> = known.into_iter().collect();
    let unknown: HashSet<u32> = wanted.into_iter().filter(|id| !known.contains(id)).collect();
    if !unknown.is_empty() {
        ctx.call(warn(format!("unknown: {unknown:?}"))).await?;
    }
    Ok(())
}

fn main() {}
