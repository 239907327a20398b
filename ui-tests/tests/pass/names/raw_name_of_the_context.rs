use durable::prelude::*;
use std::collections::{BTreeSet, HashSet};

#[orchestrator]
pub async fn pay(r#in: &Context, cents: HashSet<u64>) -> Result<u64> {
    let r#type: BTreeSet<u64> = cents.iter().map(|cents| cents + 1).collect();
    Ok(r#type.len() as u64 + u64::from(r#in.generation()))
}
