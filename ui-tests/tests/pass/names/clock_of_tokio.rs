use durable::prelude::*;
use tokio::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<Timestamp> {
    let timer = ctx.timer_at(ctx.now() + Duration::from_secs(5));
    let due = timer.due();
    timer.await;
    Ok(due)
}
