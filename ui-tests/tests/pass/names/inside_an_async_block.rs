use durable::prelude::*;
use std::time::Duration;

#[orchestrator]
pub async fn stamp(ctx: &Context) -> Result<i64> {
    let stamp = async {
        ctx.timer(Duration::from_secs(1)).await;
        ctx.now().as_micros()
    };
    let doubled = async move { stamp.await * 2 };
    Ok(doubled.await)
}
