use durable::prelude::*;

#[orchestrator]
pub async fn charge(_ctx: &Context, cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<InstanceId> {
    Ok(ctx.start(charge(5).instance_id("charge-5").version("2")))
}
