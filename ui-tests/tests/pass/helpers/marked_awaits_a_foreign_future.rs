use durable::future::DurableFuture;
use durable::prelude::*;

#[deterministic]
async fn doubled(number: impl DurableFuture<Output = Result<u64>>) -> Result<u64> {
    Ok(number.await? * 2)
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    let (answer, two) = durable::join!(doubled(ctx.event("n")), doubled(async { Ok(1) }));
    Ok(answer? + two?)
}
