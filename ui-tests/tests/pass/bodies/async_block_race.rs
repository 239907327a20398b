// an async block against a timer
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn step(n: u32) -> Result<u32> {
    Ok(n + 1)
}

#[orchestrator]
async fn bounded(ctx: &Context) -> Result<Option<u32>> {
    let work = async {
        let mut n = 0;
        while n < 10 {
            n = ctx.call(step(n)).await?;
        }
        Ok::<u32, Error>(n)
    };
    Ok(match durable::race(work, ctx.timer(Duration::from_secs(60))).await {
        Either::Left(n) => Some(n?),
        Either::Right(()) => None,
    })
}
