// good: a job is started elsewhere and polled until it is done or a deadline passes
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum JobState {
    Accepted,
    Running { percent: u8 },
    Succeeded { result_url: String },
    Failed { reason: String },
}

#[activity]
async fn start_job(input: String) -> Result<String> {
    Ok(format!("https://jobs.example/{input}"))
}

#[activity]
async fn poll_job(location: String) -> Result<JobState> {
    Ok(JobState::Succeeded { result_url: location })
}

#[orchestrator]
async fn run_remote_job(ctx: &Context, input: String, patience_minutes: u64) -> Result<String> {
    let deadline = ctx.now() + Duration::from_secs(60 * patience_minutes);
    let location = ctx.call(start_job(input)).await?;
    let mut pause = Duration::from_secs(2);
    while ctx.now() < deadline {
        match ctx.call(poll_job(location.clone())).await? {
            JobState::Succeeded { result_url } => return Ok(result_url),
            JobState::Failed { reason } => return Err(Error::fatal(reason)),
            JobState::Running { percent } if percent >= 90 => pause = Duration::from_secs(1),
            JobState::Running { percent } => ctx.set_status(&serde_json::json!({ "percent": percent })),
            JobState::Accepted => {}
        }
        let wake = (ctx.now() + pause).min(deadline);
        ctx.timer_at(wake).await;
        pause = (pause * 2).min(Duration::from_secs(60));
    }
    Err(Error::new(format!("{location} was not done by {deadline}")))
}
