#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: String) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    charge(String::new()).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
