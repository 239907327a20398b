#![allow(unused)]
// bad: a tokio semaphore is awaited to bound the fan-out
use std::sync::Arc;

use durable::prelude::*;
use tokio::sync::Semaphore;

#[activity]
async fn resize(image: String, width: u32) -> Result<String> {
    Ok(format!("{image}@{width}"))
}

#[orchestrator]
async fn resize_all(ctx: &Context, images: Vec<String>, width: u32) -> Result<Vec<String>> {
    let permits = Arc::new(Semaphore::new(4));
    let mut resized = Vec::with_capacity(images.len());
    for (index, image) in images.into_iter().enumerate() {
        if image.is_empty() {
            tracing::debug!(index, "skipped an empty name");
            continue;
        }
        let permit = permits.acquire().await?;
        let result = ctx.call(resize(image, width)).await?;
        drop(permit);
        resized.push(result);
    }
    ctx.set_status(&format!("{} resized", resized.len()));
    Ok(resized)
}

fn main() {}
