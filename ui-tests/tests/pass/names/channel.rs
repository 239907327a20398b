use durable::prelude::*;
use std::collections::VecDeque;

#[orchestrator]
pub async fn queue(ctx: &Context, n: u64) -> Result<Option<u64>> {
    let mut waiting = VecDeque::new();
    waiting.push_back(n);
    waiting.push_back(ctx.event("next").await?);
    Ok(waiting.pop_front())
}
