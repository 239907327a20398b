#![allow(unused)]
use durable::prelude::*;

struct Progress;

#[orchestrator]
async fn pay(ctx: &Context) -> Result<()> {
    ctx.set_status(&Progress);
    Ok(())
}

fn main() {}
