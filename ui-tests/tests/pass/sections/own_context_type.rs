use durable::prelude::*;

mod gate {
    /// Of the user's.
    pub(super) struct Context {
        pub(super) open: bool,
    }

    impl Context {
        pub(super) const fn lock(&self, forced: bool) -> bool {
            self.open && !forced
        }
    }
}

mod inside {
    use super::gate::Context;

    #[durable::deterministic]
    pub(super) fn locked(ctx: &Context, forced: bool) -> bool {
        ctx.lock(forced)
    }
}

#[deterministic]
fn locked(ctx: &gate::Context, forced: bool) -> bool {
    ctx.lock(forced)
}

#[orchestrator]
pub async fn guard(ctx: &Context, open: bool) -> Result<bool> {
    ctx.timer(std::time::Duration::from_secs(1)).await;
    Ok(locked(&gate::Context { open }, true) || inside::locked(&gate::Context { open }, false))
}
