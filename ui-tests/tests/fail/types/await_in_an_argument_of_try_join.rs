#![allow(unused)]
use durable::prelude::*;
use std::future::pending;

#[orchestrator]
async fn both(ctx: &Context) -> Result<u64> {
    let (one, two) = durable::try_join!(ctx.event::<u64>("one"), pending::<Result<u64>>())?;
    Ok(one + two)
}

fn main() {}
