#![allow(unused)]
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn pay(ctx: &Context, mut prices: HashMap<String, u64>) -> Result<()> {
    for (article, cents) in &mut prices {
        ctx.set_status(article);
        *cents += 1;
    }
    Ok(())
}

fn main() {}
