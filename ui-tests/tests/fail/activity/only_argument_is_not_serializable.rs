#![allow(unused)]
use durable::prelude::*;

struct Card(u64);

#[activity]
async fn charge(card: Card) -> Result<u64> {
    Ok(card.0)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(charge(Card(1))).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
