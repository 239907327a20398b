use durable::prelude::*;
use std::time as clocks;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<()> {
    ctx.timer(clocks::Duration::from_millis(5)).await;
    Ok(())
}
