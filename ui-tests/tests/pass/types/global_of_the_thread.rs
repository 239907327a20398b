use durable::prelude::*;
use std::cell::Cell;

const TURNS: u64 = const { 2 + 3 };

#[orchestrator]
pub async fn count(_ctx: &Context) -> Result<u64> {
    let turns = Cell::new(TURNS);
    turns.set(turns.get() + 1);
    Ok(turns.get())
}
