#![allow(unused)]
use chrono::Local;
use durable::prelude::*;

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<String> {
    Ok(Local::now().to_rfc3339())
}

fn main() {}
