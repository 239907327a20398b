#![allow(unused)]
// bad: chrono::Utc under another name gives the current time
use chrono::{Datelike, Utc as Zulu, Weekday};
use durable::prelude::*;

#[activity]
async fn run_batch(name: String) -> Result<u64> {
    Ok(name.len() as u64)
}

#[activity]
async fn skip_batch(name: String, reason: String) -> Result<()> {
    tracing::info!("{name}: {reason}");
    Ok(())
}

#[orchestrator]
async fn weekday_batch(ctx: &Context, names: Vec<String>) -> Result<u64> {
    let today = Zulu::now().weekday();
    let weekend = matches!(today, Weekday::Sat | Weekday::Sun);
    let mut rows = 0;
    for name in names {
        if weekend && !name.starts_with("urgent-") {
            ctx.call(skip_batch(name, format!("{today} is no working day"))).await?;
            continue;
        }
        rows += ctx.call(run_batch(name)).await?;
    }
    Ok(rows)
}

fn main() {}
