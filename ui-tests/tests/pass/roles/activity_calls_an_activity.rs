use durable::prelude::*;

async fn charged(key: String, cents: u64) -> Result<u64> {
    tokio::task::yield_now().await;
    Ok(cents + key.len() as u64 + u64::from(std::process::id()))
}

#[activity]
pub async fn charge(ctx: &ActivityContext, cents: u64) -> Result<u64> {
    charged(ctx.idempotency_key(), cents).await
}

#[activity]
pub async fn pay(ctx: &ActivityContext, cents: u64) -> Result<u64> {
    charged(ctx.idempotency_key(), cents + 1).await
}
