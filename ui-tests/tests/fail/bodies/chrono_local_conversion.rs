#![allow(unused)]
// bad: business hours are judged in the time zone of whichever machine replays
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Local, Timelike, Utc};
use durable::prelude::*;

#[activity]
async fn call_customer(phone: String) -> Result<bool> {
    Ok(phone.starts_with('+'))
}

#[orchestrator]
async fn call_back(ctx: &Context, phone: String) -> Result<bool> {
    let mut attempts = 0;
    while attempts < 10 {
        let utc = DateTime::<Utc>::from(SystemTime::from(ctx.now()));
        let hour = utc.with_timezone(&Local).hour();
        if !(9..18).contains(&hour) {
            ctx.timer(Duration::from_secs(3600)).await;
            continue;
        }
        attempts += 1;
        if ctx.call(call_customer(phone.clone())).await? {
            return Ok(true);
        }
        ctx.timer(Duration::from_secs(1200)).await;
    }
    Ok(false)
}

fn main() {}
