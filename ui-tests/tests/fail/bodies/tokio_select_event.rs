#![allow(unused)]
// bad: tokio::select! between an event and a timer polls its branches in random order
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    by: String,
    approved: bool,
}

#[activity]
async fn ask(question: String) -> Result<()> {
    tracing::info!("{question}");
    Ok(())
}

#[activity]
async fn escalate(question: String) -> Result<String> {
    Ok(format!("escalated: {question}"))
}

#[orchestrator]
async fn approve_expense(ctx: &Context, question: String) -> Result<String> {
    ctx.call(ask(question.clone())).await?;
    let answer = ctx.event::<Answer>("answer");
    let patience = ctx.timer(Duration::from_secs(48 * 3600));
    tokio::select! {
        answer = answer => {
            let Answer { by, approved } = answer?;
            Ok(format!("{by} said {}", if approved { "yes" } else { "no" }))
        }
        () = patience => ctx.call(escalate(question)).await,
    }
}

fn main() {}
