// sorting in many ways
use durable::prelude::*;
use std::cmp::{Ordering, Reverse};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Task {
    priority: u8,
    name: String,
    due: Timestamp,
}

#[activity]
async fn perform(task: Task) -> Result<()> {
    tracing::info!(task.name);
    Ok(())
}

#[orchestrator]
async fn work(ctx: &Context, tasks: Vec<Task>, scores: Vec<f64>) -> Result<f64> {
    let mut tasks = tasks;
    tasks.sort();
    tasks.sort_by_key(|task| Reverse(task.priority));
    tasks.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| b.name.cmp(&a.name)));
    tasks.sort_unstable_by(|a, b| match a.name.len().cmp(&b.name.len()) {
        Ordering::Equal => a.cmp(b),
        other => other,
    });
    tasks.dedup_by_key(|task| task.name.clone());
    for task in tasks {
        ctx.call(perform(task)).await?;
    }
    let mut scores = scores;
    scores.sort_by(f64::total_cmp);
    Ok(scores.get(scores.len() / 2).copied().unwrap_or(0.0))
}
