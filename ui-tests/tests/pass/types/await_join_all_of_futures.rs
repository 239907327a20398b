use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<u64> {
    let naps = (1..=3).map(|seconds| async move {
        ctx.timer(Duration::from_secs(seconds)).await;
        seconds
    });
    Ok(durable::join_all(naps).await.into_iter().sum())
}
