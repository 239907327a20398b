#![allow(unused)]
// bad: feature flags live in a process-wide OnceLock that whoever started the process has filled
use std::{collections::BTreeMap, sync::OnceLock};

use durable::prelude::*;

static FLAGS: OnceLock<BTreeMap<String, bool>> = OnceLock::new();

pub fn install_flags(flags: BTreeMap<String, bool>) {
    FLAGS.set(flags).ok();
}

#[activity]
async fn score_with_rules(applicant: String) -> Result<u32> {
    Ok(applicant.len() as u32)
}

#[activity]
async fn score_with_model(applicant: String) -> Result<u32> {
    Ok(applicant.len() as u32 * 2)
}

#[orchestrator]
async fn credit_check(ctx: &Context, applicant: String, limit: u64) -> Result<bool> {
    ctx.set_status("scoring");
    let use_model = FLAGS.get().and_then(|flags| flags.get("credit-model")).copied().unwrap_or(false);
    let score = if use_model {
        ctx.call(score_with_model(applicant.clone())).await?
    } else {
        ctx.call(score_with_rules(applicant.clone())).await?
    };
    let needed = match limit {
        0..=1_000 => 300,
        1_001..=10_000 => 500,
        _ => 700,
    };
    tracing::info!(%applicant, score, needed, "scored");
    Ok(score >= needed)
}

fn main() {}
