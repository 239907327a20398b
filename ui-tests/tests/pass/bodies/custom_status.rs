// a custom status of the user's own type
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Progress<'a> {
    step: &'a str,
    percent: f64,
    since: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    Waiting,
    Running { step: usize },
}

#[activity]
async fn perform(step: String) -> Result<()> {
    tracing::info!(%step);
    Ok(())
}

#[orchestrator]
async fn steps(ctx: &Context) -> Result<()> {
    const STEPS: [&str; 3] = ["fetch", "build", "ship"];
    ctx.set_status(&Status::Waiting);
    for (index, step) in STEPS.into_iter().enumerate() {
        ctx.set_status(&Progress { step, percent: 100.0 * index as f64 / STEPS.len() as f64, since: ctx.now() });
        ctx.call(perform(step.to_owned())).await?;
        ctx.set_status(&Status::Running { step: index });
    }
    ctx.set_status(&serde_json::Value::Null);
    Ok(())
}
