use durable::prelude::*;

#[orchestrator]
pub async fn pause(ctx: &Context) -> Result<()> {
    ctx.timer(std::time::Duration::ZERO).await;
    std::future::ready(()).await;
    Ok(())
}
