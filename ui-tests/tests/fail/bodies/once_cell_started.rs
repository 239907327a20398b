#![allow(unused)]
// bad: the uptime since a once_cell Lazy<Instant> decides about warm-up
use std::time::{Duration, Instant};

use durable::prelude::*;
use once_cell::sync::Lazy;

static STARTED: Lazy<Instant> = Lazy::new(Instant::now);

const WARM_UP: Duration = Duration::from_secs(60);

#[activity]
async fn query_replica(key: String) -> Result<Option<String>> {
    Ok(Some(key))
}

#[activity]
async fn query_primary(key: String) -> Result<Option<String>> {
    Ok(Some(key))
}

#[orchestrator]
async fn look_up(ctx: &Context, keys: Vec<String>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for key in keys {
        let value = if STARTED.elapsed() < WARM_UP {
            ctx.call(query_primary(key)).await?
        } else {
            ctx.call(query_replica(key)).await?
        };
        found.extend(value);
    }
    Ok(found)
}

fn main() {}
