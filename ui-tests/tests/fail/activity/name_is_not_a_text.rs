#![allow(unused)]
use durable::prelude::*;

#[activity(name = charge)]
async fn charge(card: String) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
