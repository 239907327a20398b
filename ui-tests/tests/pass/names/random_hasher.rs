use durable::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};

#[orchestrator]
pub async fn shard(_ctx: &Context, order: String) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    order.hash(&mut hasher);
    Ok(hasher.finish() % 16)
}
