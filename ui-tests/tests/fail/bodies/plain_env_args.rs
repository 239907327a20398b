#![allow(unused)]
// the command line
use durable::prelude::*;
use std::env;

#[orchestrator]
async fn verbose(ctx: &Context) -> Result<bool> {
    let loud = env::args().any(|arg| arg == "--verbose");
    ctx.set_status(&loud);
    Ok(loud)
}

fn main() {}
