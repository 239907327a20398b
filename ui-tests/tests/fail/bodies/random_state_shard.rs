#![allow(unused)]
// bad: the shard is chosen by a hasher with random keys
use std::hash::{BuildHasher, RandomState};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Event {
    user: String,
    action: String,
}

const SHARDS: u64 = 16;

#[activity]
async fn append(shard: u64, event: Event) -> Result<u64> {
    tracing::debug!(shard, "{event:?}");
    Ok(shard)
}

#[orchestrator]
async fn append_events(ctx: &Context, events: Vec<Event>) -> Result<Vec<u64>> {
    let hashers = RandomState::new();
    let mut used = Vec::new();
    for event in events {
        if event.action == "ping" {
            continue;
        }
        let shard = hashers.hash_one(&event.user) % SHARDS;
        used.push(ctx.call(append(shard, event)).await?);
    }
    used.sort_unstable();
    used.dedup();
    Ok(used)
}

fn main() {}
