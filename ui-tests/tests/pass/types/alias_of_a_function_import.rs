use durable::prelude::*;
use std::mem::replace as exchange;

#[orchestrator]
pub async fn draw(ctx: &Context) -> Result<u64> {
    let mut dice = ctx.rng().below(6);
    Ok(exchange(&mut dice, 1) * dice)
}
