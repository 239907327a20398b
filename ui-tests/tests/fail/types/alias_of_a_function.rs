#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<i64> {
    let clock = Utc::now;
    Ok(clock().timestamp())
}

fn main() {}
