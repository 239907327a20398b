#![allow(unused)]
// chrono::Utc::now decides a branch
use durable::prelude::*;
use chrono::{Datelike, Utc, Weekday};

#[activity]
async fn pay_out(employee: u64) -> Result<()> {
    tracing::info!(employee, "paid");
    Ok(())
}

#[orchestrator]
async fn payroll(ctx: &Context, employee: u64) -> Result<bool> {
    if Utc::now().weekday() == Weekday::Fri {
        ctx.call(pay_out(employee)).await?;
        return Ok(true);
    }
    Ok(false)
}

fn main() {}
