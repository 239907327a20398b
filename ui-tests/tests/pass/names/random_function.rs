use durable::prelude::*;

#[orchestrator]
pub async fn draw(ctx: &Context) -> Result<(f64, u64)> {
    Ok((ctx.random(), ctx.rng().below(49) + 1))
}
