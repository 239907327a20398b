#![allow(unused)]
// bad: SystemTime::elapsed compares a recorded time with the current one
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claim {
    id: u64,
    reported_unix: u64,
    cents: u64,
}

const DEADLINE: Duration = Duration::from_secs(90 * 24 * 3600);

#[activity]
async fn pay_out(claim: u64, cents: u64) -> Result<String> {
    Ok(format!("{claim}: {cents}"))
}

#[activity]
async fn reject(claim: u64, reason: String) -> Result<String> {
    Ok(format!("{claim}: {reason}"))
}

#[orchestrator]
async fn settle_claim(ctx: &Context, claim: Claim) -> Result<String> {
    let reported: SystemTime = UNIX_EPOCH + Duration::from_secs(claim.reported_unix);
    let age = reported.elapsed().unwrap_or(Duration::ZERO);
    if age > DEADLINE {
        let days = age.as_secs() / 86_400;
        return ctx.call(reject(claim.id, format!("reported {days} days ago"))).await;
    }
    let cents = claim.cents.min(500_000);
    ctx.call(pay_out(claim.id, cents)).await
}

fn main() {}
