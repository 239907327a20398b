use durable::prelude::*;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

#[orchestrator]
pub async fn stamp(ctx: &Context, due: String) -> Result<i64> {
    let due = OffsetDateTime::parse(&due, &Rfc3339)?.to_offset(UtcOffset::UTC);
    let now = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ctx.now().as_micros()) * 1_000)?;
    Ok((due - now.max(OffsetDateTime::UNIX_EPOCH)).whole_seconds())
}
