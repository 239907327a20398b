use durable::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

#[orchestrator]
pub async fn draw(ctx: &Context) -> Result<u64> {
    let mut rng = StdRng::seed_from_u64(ctx.rng().next_u64());
    Ok(rng.random_range(1..=6))
}
