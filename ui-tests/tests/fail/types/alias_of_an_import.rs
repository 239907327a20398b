#![allow(unused)]
use chrono::Utc as U;
use durable::prelude::*;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<i64> {
    Ok(U::now().timestamp())
}

fn main() {}
