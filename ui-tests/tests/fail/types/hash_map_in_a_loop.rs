#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn charge(article: String, cents: u64) -> Result<()> {
    Ok(())
}

#[orchestrator]
async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<()> {
    for (article, cents) in prices {
        ctx.call(charge(article, cents)).await?;
    }
    Ok(())
}

fn main() {}
