// points in time of the context
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn midnight(ctx: &Context) -> Result<Timestamp> {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    let now = ctx.now();
    let next = Timestamp::from_micros((now.as_micros() / DAY + 1) * DAY);
    ctx.timer_at(next).await;
    let slept = ctx.now() - now;
    if slept > Duration::from_secs(3600) {
        tracing::info!(?slept, at = %ctx.now());
    }
    Ok(next.max("2026-01-01T00:00:00Z".parse()?))
}
