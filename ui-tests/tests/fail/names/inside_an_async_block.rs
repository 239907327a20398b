#![allow(unused)]
use durable::prelude::*;
use std::time::Duration;

use chrono::Utc;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<i64> {
    let stamp = async { Utc::now().timestamp() };
    ctx.timer(Duration::from_secs(1)).await;
    Ok(stamp.await)
}

fn main() {}
