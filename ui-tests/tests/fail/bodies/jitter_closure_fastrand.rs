#![allow(unused)]
// bad: the closure that computes the delay draws from fastrand's thread-local generator
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PollRequest {
    job: String,
    base_ms: u64,
    spread_ms: u64,
    rounds: u32,
}

#[activity]
async fn job_state(job: String) -> Result<String> {
    Ok(format!("{job}: running"))
}

#[orchestrator]
async fn poll_job(ctx: &Context, request: PollRequest) -> Result<String> {
    let PollRequest { job, base_ms, spread_ms, rounds } = request;
    let with_jitter = |round: u32| {
        let backoff = base_ms.saturating_mul(1 << round.min(10));
        Duration::from_millis(backoff + fastrand::u64(0..=spread_ms))
    };
    for round in 0..rounds {
        let state = ctx.call(job_state(job.clone())).await?;
        if state.ends_with("done") {
            return Ok(state);
        }
        ctx.set_status(&format!("round {round}: {state}"));
        ctx.timer(with_jitter(round)).await;
    }
    Err(Error::new(format!("`{job}` did not finish in {rounds} rounds")))
}

fn main() {}
