#![allow(unused)]
// bad: a match guard tosses a coin for an A/B test
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Plan {
    Free,
    Basic,
    Pro,
}

#[activity]
async fn show_banner(user: u64, text: String) -> Result<()> {
    tracing::info!(user, %text, "banner");
    Ok(())
}

#[activity]
async fn offer_trial(user: u64, days: u32) -> Result<bool> {
    Ok(user % 2 == u64::from(days % 2))
}

#[orchestrator]
async fn upsell(ctx: &Context, user: u64, plan: Plan) -> Result<bool> {
    match plan {
        Plan::Pro => Ok(false),
        Plan::Basic if fastrand::bool() => ctx.call(offer_trial(user, 30)).await,
        Plan::Basic => {
            ctx.call(show_banner(user, "Pro has more".to_owned())).await?;
            Ok(false)
        }
        Plan::Free => {
            ctx.call(show_banner(user, "Try Basic".to_owned())).await?;
            ctx.call(offer_trial(user, 14)).await
        }
    }
}

fn main() {}
