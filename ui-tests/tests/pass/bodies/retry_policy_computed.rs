// good: the retry policy is computed from the input by a marked pure function
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Urgency {
    Low,
    Normal,
    High,
}

#[deterministic]
fn policy(urgency: Urgency, size: usize) -> Retry {
    let attempts = match urgency {
        Urgency::Low => 3,
        Urgency::Normal => 5,
        Urgency::High => 12,
    };
    let first = Duration::from_millis(200).saturating_mul(u32::try_from(size / 1_024 + 1).unwrap_or(u32::MAX));
    let policy = Retry::exponential(attempts, first).backoff(1.5).max_delay(Duration::from_secs(45));
    if urgency == Urgency::High { policy } else { policy.deadline(Duration::from_secs(600)) }
}

#[activity]
async fn replicate(target: String, data: Vec<u8>) -> Result<usize> {
    Ok(target.len() + data.len())
}

#[orchestrator]
async fn replicate_everywhere(ctx: &Context, targets: Vec<String>, data: Vec<u8>, urgency: Urgency) -> Result<usize> {
    let retry = policy(urgency, data.len());
    let longest = (1..=12).map_while(|failed| retry.delay_after(failed, Duration::ZERO)).max();
    tracing::debug!(?longest, "longest delay");
    let calls = targets.into_iter().map(|target| ctx.call(replicate(target, data.clone())).retry(retry.clone()));
    Ok(durable::try_join_all(calls).await?.into_iter().sum())
}
