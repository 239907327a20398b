#![allow(unused)]
use durable::prelude::*;

#[activity]
const fn charge(card: String) -> u64 {
    std::mem::forget(card);
    1
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
