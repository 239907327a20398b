#![allow(unused)]
use durable::prelude::*;

struct Receipt;

#[activity]
async fn charge(card: String) -> Result<Receipt> {
    Ok(Receipt)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    let _receipt = ctx.call(charge(String::new())).await?;
    Ok(())
}

const _: Registry = registry![caller, charge];

fn main() {}
