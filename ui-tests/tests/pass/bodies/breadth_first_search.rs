// a queue, a BTreeSet of what was seen, and ranges of it
use durable::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[activity]
async fn neighbours(page: u32) -> Result<Vec<u32>> {
    Ok(vec![page / 2, page / 3])
}

#[orchestrator]
async fn crawl(ctx: &Context, start: u32) -> Result<Vec<u32>> {
    let mut queue = VecDeque::from([(start, 0)]);
    let mut seen = BTreeSet::from([start]);
    let mut depths: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    while let Some((page, depth)) = queue.pop_front() {
        depths.entry(depth).or_default().push(page);
        for next in ctx.call(neighbours(page)).await? {
            if depth < 3 && seen.insert(next) {
                queue.push_back((next, depth + 1));
            }
        }
    }
    let deepest = depths.last_key_value().map_or(0, |(depth, _)| *depth);
    tracing::info!(deepest, small = seen.range(..10_u32).count());
    Ok(seen.into_iter().collect())
}
