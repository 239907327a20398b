use durable::prelude::*;
use std::collections::{BTreeSet, HashSet};

#[orchestrator]
pub async fn pay(_ctx: &Context, old: HashSet<u64>, new: HashSet<u64>) -> Result<BTreeSet<u64>> {
    let changed = old.symmetric_difference(&new).count();
    if changed == 0 || old.is_subset(&new) {
        return Ok(old.intersection(&new).copied().collect::<BTreeSet<_>>());
    }
    Ok(old.union(&new).copied().collect::<BTreeSet<_>>())
}
