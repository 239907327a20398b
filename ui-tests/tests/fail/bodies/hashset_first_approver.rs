#![allow(unused)]
// bad: after deduplication in a HashSet the "first" element is whichever hashes first
use std::collections::HashSet;

use durable::prelude::*;

#[activity]
async fn ask_approver(who: String, document: u64) -> Result<bool> {
    Ok(who.len() as u64 > document % 5)
}

#[orchestrator]
async fn sign_off(ctx: &Context, document: u64, approvers: Vec<String>) -> Result<bool> {
    let distinct: HashSet<String> =
        approvers.into_iter().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    if distinct.len() < 2 {
        return Err(Error::fatal("two different approvers are needed"));
    }
    let Some(lead) = distinct.iter().next().cloned() else {
        return Err(Error::fatal("nobody approves"));
    };
    ctx.set_status(&format!("waiting for {lead}"));
    if ctx.call(ask_approver(lead, document)).await? {
        return Ok(true);
    }
    tracing::info!(document, "the lead refused");
    Ok(false)
}

fn main() {}
