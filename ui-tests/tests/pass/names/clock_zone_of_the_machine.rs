use chrono::{DateTime, Utc};
use durable::prelude::*;

#[orchestrator]
pub async fn show(_ctx: &Context, seconds: i64) -> Result<String> {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    Ok(time.with_timezone(&Utc).format("%Y-%m-%d").to_string())
}
