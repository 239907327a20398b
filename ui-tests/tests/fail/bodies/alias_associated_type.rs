#![allow(unused)]
// through an associated type
use durable::prelude::*;
use chrono::Utc;

trait Platform {
    type Clock;
}

struct Production;

impl Platform for Production {
    type Clock = Utc;
}

#[orchestrator]
async fn now_in_production(ctx: &Context) -> Result<i64> {
    ctx.set_status("asked");
    Ok(<<Production as Platform>::Clock>::now().timestamp())
}

fn main() {}
