use durable::prelude::*;
use std::time::Duration;

#[deterministic]
async fn countdown(ctx: &Context, from: u64) -> u64 {
    if from == 0 {
        return 0;
    }
    ctx.timer(Duration::from_secs(1)).await;
    1 + Box::pin(countdown(ctx, from - 1)).await
}

#[deterministic]
fn factorial(n: u64) -> u64 {
    if n < 2 { 1 } else { n * factorial(n - 1) }
}

#[orchestrator]
pub async fn launch(ctx: &Context) -> Result<u64> {
    Ok(factorial(countdown(ctx, 3).await))
}
