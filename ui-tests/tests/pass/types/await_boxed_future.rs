use durable::prelude::*;
use std::time::Duration;

use durable::future::LocalBoxDurable;

#[orchestrator]
pub async fn one(ctx: &Context) -> Result<u64> {
    let mut waits: Vec<LocalBoxDurable<'_, Result<u64>>> = vec![Box::pin(ctx.event::<u64>("early"))];
    waits.push(Box::pin(async {
        ctx.timer(Duration::from_secs(1)).await;
        ctx.event::<u64>("late").await
    }));
    let mut total = 0;
    for wait in waits {
        total += wait.await?;
    }
    Ok(total)
}
