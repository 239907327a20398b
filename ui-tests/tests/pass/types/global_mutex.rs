use durable::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

static KNOWN: &[u64] = &[1, 2, 3];

#[orchestrator]
pub async fn see(_ctx: &Context, n: u64) -> Result<usize> {
    let seen = Arc::new(Mutex::new(KNOWN.to_vec()));
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.push(n);
    Ok(seen.len())
}
