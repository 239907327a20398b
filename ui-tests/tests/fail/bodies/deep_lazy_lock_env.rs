#![allow(unused)]
// a static that is initialized from the environment
use durable::prelude::*;
use std::sync::LazyLock;

static ENDPOINT: LazyLock<String> = LazyLock::new(|| std::env::var("ENDPOINT").unwrap_or_default());

#[activity]
async fn call_api(endpoint: String) -> Result<()> {
    tracing::info!(%endpoint);
    Ok(())
}

#[orchestrator]
async fn report(ctx: &Context) -> Result<()> {
    ctx.call(call_api(ENDPOINT.clone())).await
}

fn main() {}
