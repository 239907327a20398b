use durable::prelude::*;
use std::time::Duration;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[deterministic]
async fn pause(ctx: &Context, mut seconds: u64, by: &str) -> Result<u64> {
    seconds += by.len() as u64;
    ctx.timer(Duration::from_secs(seconds)).await;
    ctx.call(charge(seconds)).await
}

#[orchestrator]
pub async fn nap(ctx: &Context, by: String) -> Result<u64> {
    let (first, second) = durable::try_join!(pause(ctx, 5, &by), pause(ctx, 6, "me"))?;
    Ok(first + second + pause(ctx, 7, &by).await?)
}
