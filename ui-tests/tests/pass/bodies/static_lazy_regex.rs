// a static that lazily compiles a constant regular expression
use durable::prelude::*;
use std::sync::LazyLock;

use regex::Regex;

static SKU: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[A-Z]{2}-\d{4}$").expect("a valid pattern"));

#[activity]
async fn order(sku: String) -> Result<()> {
    tracing::info!(%sku);
    Ok(())
}

#[orchestrator]
async fn order_valid(ctx: &Context, skus: Vec<String>) -> Result<usize> {
    let valid: Vec<String> = skus.into_iter().filter(|sku| SKU.is_match(sku)).collect();
    for sku in &valid {
        ctx.call(order(sku.clone())).await?;
    }
    Ok(valid.len())
}
