use durable::prelude::*;
use std::sync::{LazyLock, OnceLock};

static LIMITS: LazyLock<Vec<u64>> = LazyLock::new(|| (1..=3).map(|n| n * 100).collect());

#[orchestrator]
pub async fn see(_ctx: &Context, n: u64) -> Result<bool> {
    let limit = OnceLock::new();
    Ok(LIMITS.iter().any(|known| n < *limit.get_or_init(|| *known)))
}
