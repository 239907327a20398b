use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn draw(ctx: &Context) -> Result<u64> {
    let add = async |n: u64| {
        ctx.timer(Duration::from_secs(n)).await;
        n + ctx.rng().below(6)
    };
    Ok(add(1).await + add(2).await)
}
