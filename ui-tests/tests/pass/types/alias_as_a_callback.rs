use chrono::{DateTime, Utc};
use durable::prelude::*;

#[orchestrator]
pub async fn stamp(ctx: &Context, seconds: i64) -> Result<i64> {
    let time = DateTime::from_timestamp(seconds, 0).map_or_else(DateTime::<Utc>::default, std::convert::identity);
    let parts = Some(ctx.now()).as_ref().map(Timestamp::to_string).map(String::into_bytes).unwrap_or_else(Vec::new);
    Ok(time.timestamp() + i64::try_from(parts.len())?)
}
