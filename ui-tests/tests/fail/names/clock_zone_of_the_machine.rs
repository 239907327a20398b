#![allow(unused)]
use chrono::{DateTime, Local};
use durable::prelude::*;

#[orchestrator]
async fn show(ctx: &Context, seconds: i64) -> Result<String> {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    Ok(time.with_timezone(&Local).to_rfc3339())
}

fn main() {}
