// variables that are named like dangerous things
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn check(n: u64) -> Result<bool> {
    Ok(n > 3)
}

#[orchestrator]
async fn names(ctx: &Context, env: String, thread: u64, fs: Option<u64>) -> Result<u64> {
    let now = ctx.now();
    let random = ctx.random();
    let rand = (random * 10.0) as u64;
    let (instant, elapsed) = (now + Duration::from_secs(rand), now.since(now));
    let system_time = instant.since(now) + elapsed;
    let uuid = ctx.new_uuid();
    let spawn = |sleep: u64| sleep + thread;
    let print = env.replace("std::env::var", "SystemTime::now()");
    let tokio = spawn(fs.unwrap_or(1));
    if ctx.call(check(tokio)).await? {
        ctx.set_status(&format!("println! {print} {uuid} {:?}", system_time));
    }
    Ok(tokio)
}
