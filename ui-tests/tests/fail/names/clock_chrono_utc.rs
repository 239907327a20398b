#![allow(unused)]
use chrono::Utc;
use durable::prelude::*;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<i64> {
    Ok(Utc::now().timestamp())
}

fn main() {}
