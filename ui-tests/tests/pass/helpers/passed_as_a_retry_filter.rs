use durable::prelude::*;
use std::time::Duration;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[deterministic]
fn worth_it(error: &Error) -> bool {
    error.is_retryable()
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    ctx.call(charge(5)).retry(Retry::fixed(3, Duration::from_secs(1))).retry_if(worth_it).await
}
