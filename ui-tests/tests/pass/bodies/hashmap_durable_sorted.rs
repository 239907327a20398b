// counted in a HashMap, used in key order
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn report(word: String, count: u32) -> Result<()> {
    tracing::info!(%word, count);
    Ok(())
}

#[orchestrator]
async fn word_count(ctx: &Context, text: String) -> Result<()> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    for (word, count) in durable::sorted(counts) {
        ctx.call(report(word, count)).await?;
    }
    Ok(())
}
