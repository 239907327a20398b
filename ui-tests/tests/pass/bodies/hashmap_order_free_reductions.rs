// reductions of a HashMap that no order can change
use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[orchestrator]
async fn statistics(ctx: &Context, sizes: Vec<(String, u64)>) -> Result<(u64, u64, bool, usize)> {
    ctx.set_status("computing");
    let by_name: HashMap<String, u64> = sizes.into_iter().collect();
    let sum = by_name.values().sum::<u64>();
    let largest = by_name.values().copied().max().unwrap_or(0);
    let all_small = by_name.values().all(|size| *size < 1_000);
    let ordered: BTreeMap<String, u64> = by_name.into_iter().collect();
    Ok((sum, largest, all_small, ordered.len()))
}
