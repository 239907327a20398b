#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: String) -> Result<()>
where
    String: Clone,
{
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
