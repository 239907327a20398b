#![allow(unused)]
use durable::prelude::*;

struct Receipt;

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<Receipt> {
    Ok(Receipt)
}

fn main() {}
