#![allow(unused)]
// a HashMap as JSON text
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn put(body: String) -> Result<()> {
    tracing::info!(%body);
    Ok(())
}

#[orchestrator]
async fn upload(ctx: &Context, words: Vec<String>) -> Result<()> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word).or_insert(0_u32) += 1;
    }
    ctx.call(put(serde_json::to_string(&counts)?)).await
}

fn main() {}
