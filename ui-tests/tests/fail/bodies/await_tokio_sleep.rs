#![allow(unused)]
// tokio's sleep instead of a timer
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn check(site: String) -> Result<bool> {
    Ok(!site.is_empty())
}

#[orchestrator]
async fn check_twice(ctx: &Context, site: String) -> Result<bool> {
    let first = ctx.call(check(site.clone())).await?;
    tokio::time::sleep(Duration::from_secs(30)).await;
    Ok(first && ctx.call(check(site)).await?)
}

fn main() {}
