// retries, deadlines and time-outs of calls
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn charge(cents: u64) -> Result<String> {
    Ok(cents.to_string())
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64, gently: bool) -> Result<String> {
    let policy = if gently {
        Retry::fixed(3, Duration::from_secs(30))
    } else {
        Retry::exponential(8, Duration::from_millis(200)).backoff(1.5).max_delay(Duration::from_secs(20))
    };
    let deadline = Duration::from_secs(600);
    ctx.call(charge(cents)).retry(policy.deadline(deadline)).timeout(Duration::from_secs(30)).await
}
