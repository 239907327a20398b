// good: one wait for the answer, raced again and again with the next reminder
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Decision {
    by: String,
    approved: bool,
    comment: Option<String>,
}

#[activity]
async fn ask(who: String) -> Result<()> {
    tracing::info!("{who}, please decide");
    Ok(())
}

#[activity]
async fn remind(who: String, reminder: u32) -> Result<()> {
    tracing::info!("{who}, reminder {reminder}");
    Ok(())
}

#[orchestrator]
async fn leave_request(ctx: &Context, manager: String, days: u32) -> Result<String> {
    if days == 0 {
        return Err(Error::fatal("no days"));
    }
    ctx.call(ask(manager.clone())).await?;
    let mut decision = ctx.event::<Decision>("decision");
    for reminder in 1..=3 {
        durable::select! {
            decision = &mut decision => {
                let Decision { by, approved, comment } = decision?;
                let verdict = if approved { "granted" } else { "refused" };
                let comment = comment.map(|text| format!(" ({text})")).unwrap_or_default();
                return Ok(format!("{verdict} by {by}{comment}"));
            },
            () = ctx.timer(Duration::from_secs(86_400)) => {
                ctx.call(remind(manager.clone(), reminder)).await?;
            },
        }
    }
    Ok("nobody decided".to_owned())
}
