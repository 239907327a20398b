use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context, seconds: u64) -> Result<()> {
    let naps = [ctx.timer(Duration::from_secs(seconds)), ctx.timer_at(ctx.now())];
    for nap in naps {
        nap.await;
    }
    Ok(())
}
