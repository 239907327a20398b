// calendar arithmetic from the time of the context
use durable::prelude::*;
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc, Weekday};

#[orchestrator]
async fn next_monday(ctx: &Context) -> Result<String> {
    let now: DateTime<Utc> = DateTime::from_timestamp_micros(ctx.now().as_micros()).ok_or_else(|| Error::new("range"))?;
    let mut day = now.date_naive();
    while day.weekday() != Weekday::Mon {
        day = day + Days::new(1);
    }
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let monday = day.and_time(nine).and_utc() + TimeDelta::weeks(1);
    ctx.timer_at(Timestamp::from_micros(monday.timestamp_micros())).await;
    Ok(monday.format("%A, %-d %B %Y").to_string())
}
