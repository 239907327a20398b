#![allow(unused)]
// reading a file asynchronously
use durable::prelude::*;
#[activity]
async fn send(body: String) -> Result<()> {
    tracing::info!(%body);
    Ok(())
}

#[orchestrator]
async fn mail(ctx: &Context, template: String) -> Result<()> {
    let body = tokio::fs::read_to_string(template).await?;
    ctx.call(send(body)).await
}

fn main() {}
