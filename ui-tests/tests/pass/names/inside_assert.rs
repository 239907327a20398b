use durable::prelude::*;

#[orchestrator]
pub async fn check(ctx: &Context, cents: u64) -> Result<u64> {
    assert!(!ctx.tags().contains_key("closed"), "closed at {}", ctx.now());
    assert_eq!(cents % 5, 0, "{cents} can't be paid in coins");
    debug_assert_ne!(ctx.name(), "");
    Ok(cents)
}
