#![allow(unused)]
use durable::prelude::*;

struct Card(u64);

#[activity]
async fn charge(card: Card, cents: u64) -> Result<u64> {
    Ok(card.0 + cents)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(Card(1), 1)).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
