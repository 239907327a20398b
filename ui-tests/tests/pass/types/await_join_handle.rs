use durable::prelude::*;

#[activity]
pub async fn doubled(n: u64) -> Result<u64> {
    Ok(n * 2)
}

#[orchestrator]
pub async fn double(ctx: &Context, n: u64) -> Result<u64> {
    let worker = (n > 0).then(|| ctx.call(doubled(n)));
    match worker {
        Some(worker) => Ok(worker.await?),
        None => Ok(0),
    }
}
