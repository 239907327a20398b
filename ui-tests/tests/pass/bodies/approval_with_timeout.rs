// an event against a timer
use durable::prelude::*;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Decision {
    by: String,
    approved: bool,
}

#[activity]
async fn escalate(purchase: String) -> Result<String> {
    Ok(format!("{purchase}: escalated"))
}

#[orchestrator]
async fn approval(ctx: &Context, purchase: String) -> Result<String> {
    let deadline = ctx.now() + Duration::from_secs(72 * 3600);
    match durable::race(ctx.event::<Decision>("decision"), ctx.timer_at(deadline)).await {
        Either::Left(decision) => {
            let Decision { by, approved } = decision?;
            Ok(format!("{purchase}: {} by {by}", if approved { "approved" } else { "rejected" }))
        }
        Either::Right(()) => ctx.call(escalate(purchase)).await,
    }
}
