use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<bool> {
    let (short, long) = (ctx.timer(Duration::from_secs(1)), ctx.timer(Duration::from_secs(2)));
    let first = durable::race(short, long).await;
    Ok(first == Either::Left(()))
}
