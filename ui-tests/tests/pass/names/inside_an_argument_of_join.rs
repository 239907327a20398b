use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn nap(ctx: &Context) -> Result<u64> {
    let ((), n, ()) = durable::join!(ctx.timer(Duration::from_secs(ctx.rng().below(6))), async { 5 }, async {
        ctx.timer(Duration::from_secs(5)).await;
    },);
    Ok(n)
}
