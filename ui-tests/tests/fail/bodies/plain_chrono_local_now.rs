#![allow(unused)]
// chrono::Local::now in a name
use durable::prelude::*;
use chrono::Local;

#[activity]
async fn backup(target: String) -> Result<()> {
    tracing::info!(%target, "backed up");
    Ok(())
}

#[orchestrator]
async fn nightly(ctx: &Context, database: String) -> Result<()> {
    let target = format!("{database}-{}.tar", Local::now().format("%Y-%m-%d"));
    ctx.call(backup(target)).await
}

fn main() {}
