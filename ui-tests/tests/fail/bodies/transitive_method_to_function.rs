#![allow(unused)]
// a method that calls a function that asks the clock
use durable::prelude::*;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

fn clock() -> DateTime<Utc> {
    Utc::now()
}

#[derive(Serialize, Deserialize)]
struct Subscription {
    ends: i64,
}

impl Subscription {
    fn is_active(&self) -> bool {
        self.ends > clock().timestamp()
    }
}

#[activity]
async fn renew() -> Result<()> {
    tracing::info!("renewed");
    Ok(())
}

#[orchestrator]
async fn keep_alive(ctx: &Context, subscription: Subscription) -> Result<()> {
    if !subscription.is_active() {
        ctx.call(renew()).await?;
    }
    Ok(())
}

fn main() {}
