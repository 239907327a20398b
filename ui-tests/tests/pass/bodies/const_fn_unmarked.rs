// const functions need no mark
use durable::prelude::*;
use std::time::Duration;

const fn hours(n: u64) -> Duration {
    Duration::from_secs(n * 3600)
}

const fn days(n: u64) -> Duration {
    hours(n * 24)
}

mod checks {
    pub const fn parity(n: u64) -> bool {
        n % 2 == 0
    }
}

#[orchestrator]
async fn nap(ctx: &Context, n: u64) -> Result<bool> {
    const WEEK: Duration = days(7);
    ctx.timer(hours(n)).await;
    ctx.timer(WEEK.saturating_sub(days(n))).await;
    Ok(checks::parity(n))
}
