// the entry API with a struct as value
use durable::prelude::*;
use std::collections::{HashMap, hash_map::Entry};

#[derive(Default)]
struct Seen {
    times: u32,
    last: Option<Timestamp>,
}

#[orchestrator]
async fn count_events(ctx: &Context, wanted: u32) -> Result<u32> {
    let mut seen = HashMap::<String, Seen>::with_capacity(8);
    loop {
        let name: String = ctx.event("visit").await?;
        let times = match seen.entry(name) {
            Entry::Occupied(mut entry) => {
                let seen = entry.get_mut();
                seen.times += 1;
                seen.last = Some(ctx.now());
                seen.times
            }
            Entry::Vacant(entry) => entry.insert(Seen { times: 1, last: None }).times,
        };
        if times >= wanted {
            return Ok(u32::try_from(seen.len())?);
        }
    }
}
