#![allow(unused)]
// bad: a missing correlation id is filled in by Uuid::new_v4, given as a function
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Request {
    correlation: Option<Uuid>,
    steps: Vec<String>,
}

#[activity]
async fn perform(step: String, correlation: Uuid) -> Result<String> {
    Ok(format!("{step} [{correlation}]"))
}

#[orchestrator]
async fn run_steps(ctx: &Context, request: Request) -> Result<Vec<String>> {
    let Request { mut correlation, steps } = request;
    let correlation = *correlation.get_or_insert_with(Uuid::new_v4);
    let mut log = Vec::with_capacity(steps.len());
    for (number, step) in steps.into_iter().enumerate() {
        let step = step.trim().to_owned();
        if step.is_empty() || step.starts_with('#') {
            tracing::debug!(number, "skipped");
            continue;
        }
        log.push(ctx.call(perform(step, correlation)).await?);
    }
    Ok(log)
}

fn main() {}
