use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn answer(ctx: &Context) -> Result<u64> {
    let early = ctx.event::<u64>("early").timeout(Duration::from_secs(5)).await;
    let late = durable::timeout(ctx.timer(Duration::from_secs(9)), ctx.event::<u64>("late")).await??;
    Ok(early.unwrap_or(late))
}
