use durable::prelude::*;
use std::cell::Cell;

#[orchestrator]
pub async fn count(ctx: &Context) -> Result<u64> {
    let turns = Cell::new(0);
    let turn = || turns.set(turns.get() + 1);
    turn();
    ctx.event::<()>("next").await?;
    turn();
    Ok(turns.get())
}
