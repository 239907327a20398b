// removing, comparing and extending maps
use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
async fn reconcile(ctx: &Context, ours: Vec<(u64, i64)>, theirs: Vec<(u64, i64)>) -> Result<Vec<u64>> {
    ctx.set_status("comparing");
    let mut open: HashMap<u64, i64> = HashMap::new();
    open.extend(ours.iter().copied());
    let mut differing = Vec::new();
    for (id, amount) in theirs {
        match open.remove(&id) {
            Some(expected) if expected == amount => {}
            Some(_) | None => differing.push(id),
        }
    }
    if !open.is_empty() && open != HashMap::from([(0, 0)]) {
        differing.extend(ours.iter().map(|(id, _)| *id).filter(|id| open.contains_key(id)));
    }
    Ok(differing)
}
