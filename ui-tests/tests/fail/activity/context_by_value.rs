#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(ctx: ActivityContext, card: String) -> Result<u32> {
    Ok(ctx.attempt())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
