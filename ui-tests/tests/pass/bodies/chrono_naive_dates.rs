// dates that were given
use durable::prelude::*;
use chrono::{Datelike, FixedOffset, NaiveDate, TimeZone, Utc};

#[activity]
async fn invoice(year: i32, month: u32) -> Result<()> {
    tracing::info!(year, month);
    Ok(())
}

#[orchestrator]
async fn monthly(ctx: &Context, from: String, to: String) -> Result<i64> {
    let from = NaiveDate::parse_from_str(&from, "%d.%m.%Y")?;
    let to: NaiveDate = to.parse()?;
    for day in from.iter_days().take_while(|day| *day <= to).filter(|day| day.day() == 1) {
        ctx.call(invoice(day.year(), day.month())).await?;
    }
    let epoch = Utc.with_ymd_and_hms(1970, 1, 1, 0, 0, 0).single();
    let zone = FixedOffset::east_opt(3600);
    tracing::debug!(?epoch, ?zone);
    Ok((to - from).num_days())
}
