// arithmetic with durations
use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
async fn schedule(ctx: &Context, minutes: u64) -> Result<u128> {
    let base = Duration::from_secs(60 * minutes);
    let total = base.saturating_mul(3).checked_sub(Duration::from_millis(1)).unwrap_or(Duration::ZERO);
    let longest = total.max(const { Duration::from_secs(3 * 60) });
    for fraction in [0.25, 0.5, 1.0] {
        ctx.timer(longest.mul_f64(fraction)).await;
    }
    Ok(longest.as_millis() + u128::from(longest.subsec_nanos()))
}
