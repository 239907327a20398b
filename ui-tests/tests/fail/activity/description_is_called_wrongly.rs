#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: String, cents: u64) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(String::new())).await?;
    ctx.call(charge(5, String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
