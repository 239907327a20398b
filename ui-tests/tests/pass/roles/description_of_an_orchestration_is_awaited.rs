use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
pub async fn caller(ctx: &Context) -> Result<u64> {
    let description = pay(5);
    let call = ctx.call(description).tag("kind", "card");
    call.await
}
