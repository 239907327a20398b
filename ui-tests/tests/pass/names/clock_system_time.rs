use durable::prelude::*;
use std::time::{Duration, SystemTime};

#[orchestrator]
pub async fn overdue(ctx: &Context, days: u64) -> Result<bool> {
    let deadline = SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400);
    Ok(SystemTime::from(ctx.now()) > deadline)
}
