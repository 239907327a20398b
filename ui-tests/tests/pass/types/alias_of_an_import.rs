use chrono::{DateTime as Moment, Utc as U};
use durable::prelude::*;

#[orchestrator]
pub async fn stamp(_ctx: &Context, seconds: i64) -> Result<i64> {
    let moment: Option<Moment<U>> = Moment::from_timestamp(seconds, 0);
    Ok(moment.unwrap_or_default().timestamp())
}
