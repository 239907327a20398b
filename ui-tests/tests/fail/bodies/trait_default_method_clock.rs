#![allow(unused)]
// bad: the default method of a trait stamps events with the current time
use std::time::{SystemTime, UNIX_EPOCH};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stamped {
    kind: String,
    at_millis: u128,
}

trait DomainEvent {
    fn kind(&self) -> &'static str;

    fn stamped(&self) -> Stamped {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Stamped { kind: self.kind().to_owned(), at_millis: since.as_millis() }
    }
}

struct Opened;
struct Closed {
    by_owner: bool,
}

impl DomainEvent for Opened {
    fn kind(&self) -> &'static str {
        "opened"
    }
}

impl DomainEvent for Closed {
    fn kind(&self) -> &'static str {
        if self.by_owner { "closed" } else { "terminated" }
    }
}

#[activity]
async fn append(account: u64, event: Stamped) -> Result<()> {
    tracing::info!(account, "{event:?}");
    Ok(())
}

#[orchestrator]
async fn account_life(ctx: &Context, account: u64) -> Result<bool> {
    ctx.call(append(account, Opened.stamped())).await?;
    let by_owner = ctx.event::<bool>("close").await?;
    ctx.call(append(account, Closed { by_owner }.stamped())).await?;
    Ok(by_owner)
}

fn main() {}
