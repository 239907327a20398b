#![allow(unused)]
// OffsetDateTime::now_utc
use durable::prelude::*;
use time::OffsetDateTime;

#[orchestrator]
async fn year(ctx: &Context) -> Result<i32> {
    tracing::info!(instance = %ctx.instance_id(), "asked");
    Ok(OffsetDateTime::now_utc().year())
}

fn main() {}
