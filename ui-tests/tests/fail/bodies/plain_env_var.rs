#![allow(unused)]
// an environment variable as configuration
use durable::prelude::*;
#[activity]
async fn deploy(region: String) -> Result<()> {
    tracing::info!(%region);
    Ok(())
}

#[orchestrator]
async fn release(ctx: &Context) -> Result<()> {
    let region = std::env::var("REGION").unwrap_or_else(|_| "eu".to_owned());
    ctx.call(deploy(region)).await
}

fn main() {}
