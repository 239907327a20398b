//! A case.

use durable::prelude::*;

fn registry() -> Registry {
    #[activity]
    async fn local(cents: u64) -> Result<u64> {
        Ok(cents)
    }
    #[orchestrator]
    async fn caller(ctx: &Context) -> Result<u64> {
        ctx.call(local(1)).await
    }
    registry![local, caller]
}

#[activity]
async fn charge() {}

fn main() {
    let _registry = registry();
}

/// All.
pub const ALL: Registry = registry![charge];
