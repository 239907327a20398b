use durable::prelude::*;

#[orchestrator]
pub async fn draw(ctx: &Context, seed: u64) -> Result<u64> {
    let mut cards = [1, 2, 3];
    ctx.rng().shuffle(&mut cards);
    let mut rng = fastrand::Rng::with_seed(seed);
    Ok(rng.u64(1..=6) + cards.iter().sum::<u64>())
}
