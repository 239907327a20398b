#![allow(unused)]
use durable::prelude::*;
use time::OffsetDateTime;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<i64> {
    Ok(OffsetDateTime::now_utc().unix_timestamp())
}

fn main() {}
