use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    if cents == 0 {
        tracing::warn!("nothing to pay");
    }
    debug_assert!(cents < 1_000_000, "too much: {cents}");
    Ok(cents)
}
