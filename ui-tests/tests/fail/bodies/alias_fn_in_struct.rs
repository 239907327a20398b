#![allow(unused)]
// a clock as a field
use durable::prelude::*;
use std::time::SystemTime;

struct Environment {
    clock: fn() -> SystemTime,
}

#[orchestrator]
async fn expired(ctx: &Context, at: Timestamp) -> Result<bool> {
    let environment = Environment { clock: SystemTime::now };
    ctx.set_status("checking");
    Ok(Timestamp::from((environment.clock)()) > at)
}

fn main() {}
