use durable::prelude::*;

#[orchestrator]
pub async fn lucky(ctx: &Context, n: u64) -> Result<bool> {
    Ok(matches!(n, 0..=9 | 99 if ctx.random() < 0.5))
}
