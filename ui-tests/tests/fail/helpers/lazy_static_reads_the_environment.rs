#![allow(unused)]
use durable::prelude::*;
use std::sync::LazyLock;

static REGION: LazyLock<String> = LazyLock::new(|| std::env::var("REGION").unwrap_or_default());

#[orchestrator]
async fn pay(ctx: &Context) -> Result<bool> {
    Ok(REGION.is_empty())
}

fn main() {}
