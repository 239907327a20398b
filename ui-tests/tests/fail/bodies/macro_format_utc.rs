#![allow(unused)]
// a clock inside of format!
use durable::prelude::*;
#[activity]
async fn store(path: String) -> Result<()> {
    tracing::info!(%path);
    Ok(())
}

#[orchestrator]
async fn export(ctx: &Context) -> Result<()> {
    let path = format!("exports/{}/{}.csv", ctx.instance_id(), chrono::Utc::now().format("%Y-%m-%d"));
    ctx.call(store(path)).await
}

fn main() {}
