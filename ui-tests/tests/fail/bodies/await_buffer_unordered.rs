#![allow(unused)]
// a stream that polls as it likes
use durable::prelude::*;
use futures::{StreamExt, stream};

#[activity]
async fn resize(image: u64) -> Result<u64> {
    Ok(image / 2)
}

#[orchestrator]
async fn resize_all(ctx: &Context, images: Vec<u64>) -> Result<Vec<u64>> {
    let resized = stream::iter(images)
        .map(|image| ctx.call(resize(image)).into_future())
        .buffer_unordered(4)
        .collect::<Vec<Result<u64>>>()
        .await;
    resized.into_iter().collect()
}

fn main() {}
