// good: calendar arithmetic that starts from ctx.now()
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};
use durable::prelude::*;

#[activity]
async fn collect_rent(tenant: String, due: String) -> Result<bool> {
    Ok(tenant < due)
}

#[deterministic]
fn today(now: Timestamp) -> Result<NaiveDate> {
    let now = DateTime::<Utc>::from_timestamp_micros(now.as_micros()).ok_or_else(|| Error::fatal("beyond all dates"))?;
    Ok(now.date_naive())
}

#[deterministic]
fn next_working_day(mut date: NaiveDate) -> NaiveDate {
    while matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        date = date + Days::new(1);
    }
    date
}

#[deterministic]
fn midnight(date: NaiveDate) -> Timestamp {
    Timestamp::from_micros(date.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc().timestamp_micros())
}

#[orchestrator]
async fn rent(ctx: &Context, tenant: String, months: u32) -> Result<u32> {
    let start = today(ctx.now())?.with_day(1).ok_or_else(|| Error::fatal("every month has a first day"))?;
    let mut paid = 0;
    for month in 1..=months {
        let first = start + Months::new(month);
        let due = next_working_day(first);
        ctx.timer_at(midnight(due)).await;
        let late = due.signed_duration_since(first) > TimeDelta::days(1);
        if late {
            tracing::info!("{due} is no first of the month");
        }
        if ctx.call(collect_rent(tenant.clone(), due.format("%Y-%m-%d").to_string())).await? {
            paid += 1;
        }
    }
    Ok(paid)
}
