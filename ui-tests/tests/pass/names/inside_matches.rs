use durable::prelude::*;

#[orchestrator]
pub async fn lucky(ctx: &Context, n: u64) -> Result<bool> {
    Ok(matches!(ctx.rng().below(100), 0..=9 | 99 if n > 0))
}
