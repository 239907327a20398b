use durable::prelude::*;

#[orchestrator]
pub async fn overdue(ctx: &Context, deadline: Timestamp) -> Result<bool> {
    let late = || ctx.now() > deadline;
    Ok(late())
}
