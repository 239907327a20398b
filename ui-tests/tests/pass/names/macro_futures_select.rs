use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn first(ctx: &Context) -> Result<u64> {
    let mut long = ctx.timer(Duration::from_secs(2));
    match durable::race(ctx.event::<u64>("n"), &mut long).await {
        Either::Left(n) => n,
        Either::Right(()) => Ok(2),
    }
}
