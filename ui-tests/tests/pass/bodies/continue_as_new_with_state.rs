// state that is carried from generation to generation
use durable::prelude::*;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Inbox {
    seen: BTreeSet<u64>,
    count: u32,
}

impl Inbox {
    const FULL: u32 = 100;

    fn is_full(&self) -> bool {
        self.count >= Self::FULL
    }

    fn add(&mut self, id: u64) -> bool {
        self.count += 1;
        self.seen.insert(id)
    }
}

#[activity]
async fn handle(id: u64) -> Result<()> {
    tracing::info!(id);
    Ok(())
}

#[orchestrator]
async fn inbox(ctx: &Context, state: Inbox) -> Result<u32> {
    let mut state = state;
    while !state.is_full() {
        match ctx.event::<Option<u64>>("message").await? {
            None => return Ok(state.count),
            Some(id) if state.add(id) => ctx.call(handle(id)).await?,
            Some(_) => {}
        }
    }
    let next = Inbox { count: 0, ..state };
    return ctx.continue_as_new(inbox(next)).await;
}
