// async closures over durable futures
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn upload(part: u32) -> Result<u64> {
    Ok(u64::from(part))
}

#[orchestrator]
async fn upload_parts(ctx: &Context, parts: u32) -> Result<u64> {
    let pause = Duration::from_millis(100);
    let upload_slowly = async |part: u32| -> Result<u64> {
        ctx.timer(pause * part).await;
        ctx.call(upload(part)).await
    };
    let mut bytes = 0;
    for part in 0..parts {
        bytes += upload_slowly(part).await?;
    }
    Ok(bytes)
}
