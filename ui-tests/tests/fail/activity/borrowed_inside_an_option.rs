#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: Option<&str>) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(None)).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
