// the crate time without its clock
use durable::prelude::*;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

#[orchestrator]
async fn delivery(ctx: &Context) -> Result<String> {
    let now = OffsetDateTime::from_unix_timestamp(ctx.now().as_micros() / 1_000_000)?;
    let due = now + Duration::hours(36);
    ctx.set_status(&due.year());
    Ok(due.format(&Rfc3339)?)
}
