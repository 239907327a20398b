//! A case.

use durable::prelude::*;

#[activity]
async fn charge((card, cents): (String, u64), mut more: Vec<u64>, [a, b]: [u64; 2], _: u8) -> Result<u64> {
    more.push(cents);
    Ok(more.iter().sum::<u64>() + a + b + card.len() as u64)
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(charge((String::new(), 1), vec![], [1, 2], 0)).await
}

/// All.
pub const ALL: Registry = registry![charge, caller];
