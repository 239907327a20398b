#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, card: String, cents: u64) -> Result<u64> {
    Ok(cents + card.len() as u64)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(pay("4242".to_owned(), "5".to_owned())).await
}

fn main() {}
