#![allow(unused)]
// std::env under another name
use durable::prelude::*;
use std::env as config;

#[orchestrator]
async fn limit(ctx: &Context) -> Result<u64> {
    ctx.set_status("reading");
    Ok(config::var("LIMIT")?.parse()?)
}

fn main() {}
