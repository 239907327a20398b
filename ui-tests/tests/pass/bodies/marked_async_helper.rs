// a marked async helper that awaits calls
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn step(name: String) -> Result<u64> {
    Ok(name.len() as u64)
}

#[deterministic]
async fn step_with_pause(ctx: &Context, name: &str, pause: Duration) -> Result<u64> {
    let size = ctx.call(step(name.to_owned())).await?;
    ctx.timer(pause).await;
    Ok(size)
}

#[orchestrator]
async fn steps(ctx: &Context) -> Result<u64> {
    let first = step_with_pause(ctx, "first", Duration::from_secs(1)).await?;
    let (second, third) = durable::try_join!(
        step_with_pause(ctx, "second", Duration::from_secs(2)),
        step_with_pause(ctx, "third", Duration::ZERO),
    )?;
    Ok(first + second + third)
}
