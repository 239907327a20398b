use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn later(ctx: &Context, n: u64) -> Result<u64> {
    ctx.timer(Duration::from_secs(n)).await;
    Ok(n * 2)
}

#[orchestrator]
pub async fn double(ctx: &Context, n: u64) -> Result<InstanceId> {
    Ok(ctx.start(later(n)))
}
