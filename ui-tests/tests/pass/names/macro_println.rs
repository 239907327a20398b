use durable::prelude::*;

#[orchestrator]
pub async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    tracing::info!(cents, instance = %ctx.instance_id(), "paying");
    log::debug!("paying {cents} at {:?}", ctx.now());
    Ok(cents)
}
