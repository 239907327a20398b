#![allow(unused)]
// a global behind an accessor
use durable::prelude::*;
use std::sync::OnceLock;

static LIMIT: OnceLock<u64> = OnceLock::new();

struct Config;

impl Config {
    fn limit() -> u64 {
        LIMIT.get().copied().unwrap_or(100)
    }
}

#[activity]
async fn ask_manager(cents: u64) -> Result<bool> {
    Ok(cents % 2 == 0)
}

#[orchestrator]
async fn expense(ctx: &Context, cents: u64) -> Result<bool> {
    if cents <= Config::limit() { Ok(true) } else { ctx.call(ask_manager(cents)).await }
}

fn main() {}
