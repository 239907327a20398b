use durable::prelude::*;

#[orchestrator]
pub async fn ship(_ctx: &Context, order: u64) -> Result<u64> {
    Ok(order)
}

#[orchestrator]
pub async fn pay(ctx: &Context, warehouse: InstanceId) -> Result<InstanceId> {
    ctx.send_event(warehouse.as_str(), "expected", &7);
    Ok(ctx.start(ship(7).tag("from", ctx.instance_id().as_str())))
}
