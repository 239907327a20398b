// for ever, hour by hour
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn clean_up(round: u64) -> Result<u64> {
    Ok(round)
}

#[orchestrator]
async fn every_hour(ctx: &Context, round: u64) -> Result<()> {
    let removed = ctx.call(clean_up(round)).await.unwrap_or_default();
    tracing::info!(round, removed, generation = ctx.generation());
    ctx.timer(Duration::from_secs(3600)).await;
    ctx.continue_as_new(every_hour(round.wrapping_add(1))).await
}
