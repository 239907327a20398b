#![allow(unused)]
// SystemTime under another name
use durable::prelude::*;
use std::time::{SystemTime as Wall, UNIX_EPOCH};

#[orchestrator]
async fn stamp(ctx: &Context) -> Result<u64> {
    let seconds = Wall::now().duration_since(UNIX_EPOCH)?.as_secs();
    ctx.set_status(&seconds);
    Ok(seconds)
}

fn main() {}
