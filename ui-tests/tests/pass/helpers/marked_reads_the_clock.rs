use durable::prelude::*;
use std::time::SystemTime;

#[deterministic]
fn late(ctx: &Context, deadline: SystemTime) -> bool {
    SystemTime::from(ctx.now()) > deadline
}

#[orchestrator]
pub async fn overdue(ctx: &Context, deadline: SystemTime) -> Result<bool> {
    Ok(late(ctx, deadline))
}
