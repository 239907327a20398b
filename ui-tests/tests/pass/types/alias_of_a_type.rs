use durable::prelude::*;

type Seconds = std::time::SystemTime;

#[orchestrator]
pub async fn overdue(ctx: &Context, deadline: Seconds) -> Result<bool> {
    Ok(Seconds::from(ctx.now()) > deadline.max(Seconds::UNIX_EPOCH))
}
