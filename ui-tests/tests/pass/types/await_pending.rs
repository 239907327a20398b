use durable::prelude::*;

#[orchestrator]
pub async fn never(ctx: &Context, round: u64) -> Result<u64> {
    if round < 3 {
        return ctx.continue_as_new(never(round + 1)).await;
    }
    ctx.timer_at(Timestamp::MAX).await;
    Ok(round)
}
