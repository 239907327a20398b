use chrono::{DateTime, TimeZone, Utc};
use durable::prelude::*;

#[orchestrator]
pub async fn stamp(ctx: &Context, text: String) -> Result<i64> {
    let now = DateTime::from_timestamp_micros(ctx.now().as_micros()).unwrap_or_default();
    let given = DateTime::parse_from_rfc3339(&text)?.with_timezone(&Utc);
    let noon = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).single().unwrap_or(given);
    Ok((now - noon.max(given)).num_seconds())
}
