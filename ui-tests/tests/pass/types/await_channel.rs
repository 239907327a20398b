use durable::prelude::*;

#[orchestrator]
pub async fn next(ctx: &Context) -> Result<Vec<u64>> {
    let mut received = Vec::new();
    while received.len() < 3 {
        received.push(ctx.event("next").await?);
    }
    Ok(received)
}
