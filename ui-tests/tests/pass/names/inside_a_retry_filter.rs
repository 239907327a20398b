use durable::prelude::*;
use std::time::Duration;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    let retry = Retry::fixed(3, Duration::from_secs(1));
    ctx.call(charge(5)).retry(retry).retry_if(|error| error.message() != "the card is stolen").await
}
