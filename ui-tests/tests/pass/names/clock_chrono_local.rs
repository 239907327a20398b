use chrono::{DateTime, FixedOffset};
use durable::prelude::*;

#[orchestrator]
pub async fn stamp(ctx: &Context, hours_east: i32) -> Result<String> {
    let Some(offset) = FixedOffset::east_opt(hours_east * 3_600) else {
        return Err(Error::fatal("no such offset"));
    };
    let now = DateTime::from_timestamp_micros(ctx.now().as_micros()).unwrap_or_default();
    Ok(now.with_timezone(&offset).to_rfc3339())
}
