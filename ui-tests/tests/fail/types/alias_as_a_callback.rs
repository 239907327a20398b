#![allow(unused)]
use chrono::{DateTime, Utc};
use durable::prelude::*;

#[orchestrator]
async fn stamp(ctx: &Context, seconds: i64) -> Result<i64> {
    Ok(DateTime::from_timestamp(seconds, 0).unwrap_or_else(Utc::now).timestamp())
}

fn main() {}
