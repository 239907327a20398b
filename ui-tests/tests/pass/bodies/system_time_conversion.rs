// SystemTime as a type, made from the time of the context
use durable::prelude::*;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[orchestrator]
async fn unix_time(ctx: &Context) -> Result<u64> {
    let now: SystemTime = ctx.now().into();
    let later = now + Duration::from_secs(60);
    ctx.timer_at(Timestamp::from(later)).await;
    Ok(later.duration_since(SystemTime::UNIX_EPOCH)?.as_secs().max(UNIX_EPOCH.duration_since(UNIX_EPOCH)?.as_secs()))
}
