#![allow(unused)]
use durable::prelude::*;

#[activity(persist_first = false)]
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
