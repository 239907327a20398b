#![allow(unused)]
// bad: a missing date falls back to Utc::now, given as a function
use chrono::{DateTime, Datelike, Utc};
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Statement {
    account: String,
    as_of_unix: Option<i64>,
}

#[activity]
async fn balance_at(account: String, year: i32, month: u32) -> Result<i64> {
    Ok(account.len() as i64 + i64::from(year) + i64::from(month))
}

#[activity]
async fn render(account: String, title: String, cents: i64) -> Result<String> {
    Ok(format!("{title}: {account} {cents}"))
}

#[orchestrator]
async fn monthly_statement(ctx: &Context, statement: Statement) -> Result<String> {
    let as_of = statement
        .as_of_unix
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_else(Utc::now);
    let (year, month) = (as_of.year(), as_of.month());
    let cents = ctx.call(balance_at(statement.account.clone(), year, month)).await?;
    if cents < 0 {
        tracing::warn!(account = %statement.account, cents, "overdrawn");
    }
    let title = format!("Statement {year}-{month:02}");
    ctx.call(render(statement.account, title, cents)).await
}

fn main() {}
