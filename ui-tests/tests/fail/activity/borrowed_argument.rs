#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: &str, parts: &[u64], path: &std::path::Path) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge("card", &[1], std::path::Path::new("x"))).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
