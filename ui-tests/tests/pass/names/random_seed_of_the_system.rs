use durable::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

#[orchestrator]
pub async fn draw(_ctx: &Context, seed: [u8; 32]) -> Result<u64> {
    let mut rng = StdRng::from_seed(seed);
    Ok(rng.next_u64())
}
