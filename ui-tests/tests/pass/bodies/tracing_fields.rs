// tracing with fields, targets and messages
use durable::prelude::*;
use tracing::{Level, debug, event, warn};

#[activity]
async fn work(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn traced(ctx: &Context, n: u64, user: String) -> Result<u64> {
    tracing::info!(target: "orders", n, user = %user, at = %ctx.now(), "beginning {}", ctx.instance_id());
    let result = ctx.call(work(n)).await;
    match &result {
        Ok(value) => debug!(value, ?user, "done"),
        Err(error) => warn!(%error, retryable = error.is_retryable()),
    }
    event!(Level::TRACE, len = user.len(), "end");
    result
}
