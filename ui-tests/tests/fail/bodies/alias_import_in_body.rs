#![allow(unused)]
// imported inside of the function
use durable::prelude::*;

#[activity]
async fn compress(file: String) -> Result<()> {
    tracing::info!(%file);
    Ok(())
}

#[orchestrator]
async fn archive(ctx: &Context, file: String) -> Result<()> {
    use std::time::Instant as Stopwatch;

    let watch = Stopwatch::now();
    ctx.call(compress(file)).await?;
    tracing::debug!(?watch, "compressed");
    Ok(())
}

fn main() {}
