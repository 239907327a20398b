#![allow(unused)]
// a clock in the guard of a match
use durable::prelude::*;
use std::time::SystemTime;

#[orchestrator]
async fn state(ctx: &Context, paid: bool, until: Timestamp) -> Result<String> {
    ctx.set_status("deciding");
    let state = match paid {
        true => "paid",
        false if Timestamp::from(SystemTime::now()) > until => "lapsed",
        false => "open",
    };
    Ok(state.to_owned())
}

fn main() {}
