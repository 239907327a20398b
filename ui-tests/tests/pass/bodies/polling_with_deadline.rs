// polling with growing pauses until a deadline
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn job_state(job: u64) -> Result<String> {
    Ok(if job > 5 { "done".into() } else { "running".into() })
}

#[orchestrator]
async fn wait_for_job(ctx: &Context, job: u64) -> Result<bool> {
    let start = ctx.now();
    let deadline = start + Duration::from_secs(600);
    let mut pause = Duration::from_secs(1);
    while ctx.now() < deadline {
        match ctx.call(job_state(job)).await?.as_str() {
            "done" => return Ok(true),
            "failed" => return Ok(false),
            _ => {}
        }
        ctx.timer(pause).await;
        pause = (pause * 2).min(Duration::from_secs(60));
        tracing::debug!(waited = ?ctx.now().since(start), ?pause);
    }
    Ok(false)
}
