use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context, seconds: u64) -> Result<()> {
    let sleep = ctx.timer(Duration::from_secs(seconds));
    sleep.await;
    Ok(())
}
