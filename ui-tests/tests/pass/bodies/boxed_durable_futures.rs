// durable futures of several kinds in one Vec
use durable::prelude::*;
use std::time::Duration;

use durable::orchestration::LocalBoxDurable;

#[activity]
async fn fetch(url: String) -> Result<u64> {
    Ok(url.len() as u64)
}

#[orchestrator]
async fn gather(ctx: &Context, urls: Vec<String>) -> Result<u64> {
    let mut parts: Vec<LocalBoxDurable<'_, Result<u64>>> = Vec::new();
    for url in urls {
        parts.push(ctx.call(fetch(url)).into_future());
    }
    parts.push(Box::pin(ctx.event::<u64>("manual")));
    parts.push(Box::pin(async {
        ctx.timer(Duration::from_secs(10)).await;
        Ok::<u64, Error>(1)
    }));
    let results = durable::join_all(parts).await;
    results.into_iter().sum()
}
