#![allow(unused)]
// a macro of the user's that reads the clock
use durable::prelude::*;
use std::time::{SystemTime, UNIX_EPOCH};

macro_rules! now_ms {
    () => {
        SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_millis() as u64).unwrap_or(0)
    };
}

#[orchestrator]
async fn lease(ctx: &Context) -> Result<u64> {
    let until = now_ms!() + 30_000;
    ctx.set_status(&until);
    Ok(until)
}

fn main() {}
