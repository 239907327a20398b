use durable::prelude::*;

#[activity]
pub async fn ping() -> Result<u64> {
    Ok(1)
}

#[orchestrator]
pub async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(ping()).await
}
