// the generator of the context
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn show(variant: char, bonus: u64) -> Result<()> {
    tracing::info!(%variant, bonus);
    Ok(())
}

#[orchestrator]
async fn experiment(ctx: &Context, names: Vec<String>) -> Result<Vec<String>> {
    let mut names = names;
    let mut rng = ctx.rng();
    rng.shuffle(&mut names);
    let variant = if ctx.random() < 0.5 { 'a' } else { 'b' };
    ctx.timer(Duration::from_millis(rng.below(500))).await;
    let numbers: Vec<u64> = std::iter::repeat_with(|| rng.below(49) + 1).take(6).collect();
    ctx.call(show(variant, numbers.iter().sum())).await?;
    Ok(names)
}
