#![allow(unused)]
// an environment variable in a let-else
use durable::prelude::*;
#[activity]
async fn notify(url: String) -> Result<()> {
    tracing::info!(%url);
    Ok(())
}

#[orchestrator]
async fn hook(ctx: &Context) -> Result<bool> {
    let Some(url) = std::env::var_os("WEBHOOK_URL").and_then(|url| url.into_string().ok()) else {
        return Ok(false);
    };
    ctx.call(notify(url)).await?;
    Ok(true)
}

fn main() {}
