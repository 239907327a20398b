#![allow(unused)]
// an environment variable inside of matches!
use durable::prelude::*;
#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    if matches!(std::env::var("DRY_RUN").as_deref(), Ok("1" | "true")) {
        return Ok(0);
    }
    ctx.call(charge(cents)).await
}

fn main() {}
