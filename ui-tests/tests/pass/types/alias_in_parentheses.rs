use durable::prelude::*;

#[orchestrator]
pub async fn overdue(ctx: &Context, n: u64) -> Result<u64> {
    Ok((u64::saturating_add)(n, 1) + (|| ctx.rng())().below(6))
}
