// a marked async helper that calls itself in a box
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Task {
    name: String,
    parts: Vec<Task>,
}

#[activity]
async fn perform(name: String) -> Result<u64> {
    Ok(name.len() as u64)
}

#[deterministic]
async fn perform_all(ctx: &Context, task: &Task) -> Result<u64> {
    let mut sum = ctx.call(perform(task.name.clone())).await?;
    for part in &task.parts {
        sum += Box::pin(perform_all(ctx, part)).await?;
    }
    Ok(sum)
}

#[orchestrator]
async fn project(ctx: &Context, root: Task) -> Result<u64> {
    perform_all(ctx, &root).await
}
