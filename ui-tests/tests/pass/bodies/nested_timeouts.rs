// good: timeouts around calls, blocks, helpers and events
use std::time::Duration;

use durable::{FailureKind, prelude::*};

const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[activity]
async fn step(number: u32) -> Result<u32> {
    Ok(number + 1)
}

#[deterministic]
async fn three_steps(ctx: &Context, from: u32) -> Result<u32> {
    let mut value = from;
    for _ in 0..3 {
        value = ctx.call(step(value)).timeout(secs(5)).await?;
    }
    Ok(value)
}

#[orchestrator]
async fn patient(ctx: &Context, number: u32) -> Result<u32> {
    let flat = durable::timeout(ctx.timer(secs(60)), ctx.call(step(number))).await??;
    let helped = durable::timeout(ctx.timer(secs(60)), three_steps(ctx, flat)).await.and_then(|inner| inner)?;
    let block = durable::timeout(ctx.timer_at(ctx.now() + secs(90)), async {
        let more = ctx.event::<u32>("more").timeout(secs(30)).await.unwrap_or(0);
        three_steps(ctx, helped + more).await
    })
    .await;
    match block {
        Ok(result) => result,
        Err(error) if error.kind() == FailureKind::TimedOut => Ok(helped),
        Err(error) => Err(error),
    }
}
