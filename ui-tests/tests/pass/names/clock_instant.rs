use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context, seconds: u64) -> Result<u64> {
    let began = ctx.now();
    ctx.timer(Duration::from_secs(seconds)).await;
    Ok(ctx.now().since(began).as_secs())
}
