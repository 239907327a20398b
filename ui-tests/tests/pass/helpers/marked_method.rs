use durable::prelude::*;
use std::time::Duration;

#[derive(Debug)]
pub struct Desk;

impl Desk {
    #[deterministic]
    fn number(&self, ctx: &Context) -> u64 {
        ctx.rng().next_u64()
    }

    #[deterministic]
    async fn wait(&self, ctx: &Context) -> u64 {
        ctx.timer(Duration::from_secs(1)).await;
        self.number(ctx)
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u64> {
    Ok(Desk.number(ctx) + Desk.wait(ctx).await)
}
