// one marked async method beside unmarked ones
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Transfer {
    from: String,
    to: String,
    cents: u64,
}

#[activity]
async fn move_money(from: String, to: String, cents: u64) -> Result<()> {
    tracing::info!(%from, %to, cents);
    Ok(())
}

impl Transfer {
    fn is_valid(&self) -> bool {
        self.from != self.to && (1..=1_000_000).contains(&self.cents)
    }

    #[deterministic]
    async fn execute(&self, ctx: &Context) -> Result<()> {
        ctx.call(move_money(self.from.clone(), self.to.clone(), self.cents)).await
    }
}

#[orchestrator]
async fn transfer(ctx: &Context, transfer: Transfer) -> Result<bool> {
    if !transfer.is_valid() {
        return Ok(false);
    }
    transfer.execute(ctx).await.map(|()| true)
}
