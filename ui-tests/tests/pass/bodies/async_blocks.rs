// async blocks over durable futures
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn fetch(source: String) -> Result<u64> {
    Ok(source.len() as u64)
}

#[activity]
async fn store(value: u64) -> Result<u64> {
    Ok(value)
}

#[orchestrator]
async fn pipelines(ctx: &Context, sources: Vec<String>) -> Result<u64> {
    let warm_up = async {
        ctx.timer(Duration::from_secs(1)).await;
        Ok::<u64, Error>(0)
    };
    let pipelines = sources.into_iter().map(|source| async move {
        let value = ctx.call(fetch(source)).await?;
        if value == 0 {
            return Ok(0);
        }
        ctx.call(store(value)).await
    });
    let (waited, stored) = durable::try_join!(warm_up, durable::try_join_all(pipelines))?;
    Ok(waited + stored.into_iter().sum::<u64>())
}
