// at most five calls at a time
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn resize(image: String) -> Result<u64> {
    Ok(image.len() as u64)
}

#[orchestrator]
async fn resize_all(ctx: &Context, images: Vec<String>) -> Result<u64> {
    const BATCH: usize = 5;
    let mut bytes = 0;
    for (index, batch) in images.chunks(BATCH).enumerate() {
        if index > 0 {
            ctx.timer(Duration::from_millis(250)).await;
        }
        let results = durable::join_all(batch.iter().cloned().map(|image| ctx.call(resize(image)))).await;
        bytes += results.into_iter().filter_map(Result::ok).sum::<u64>();
        ctx.set_status(&format!("{} of {}", (index + 1) * BATCH, images.len()));
    }
    Ok(bytes)
}
