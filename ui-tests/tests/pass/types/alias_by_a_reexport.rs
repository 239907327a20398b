use durable::prelude::*;

pub mod clock {
    pub use std::time::{Duration as Span, SystemTime as Wall};
}

#[orchestrator]
pub async fn overdue(ctx: &Context, days: u64) -> Result<bool> {
    let deadline = clock::Wall::UNIX_EPOCH + clock::Span::from_secs(days * 86_400);
    Ok(clock::Wall::from(ctx.now()) > deadline)
}
