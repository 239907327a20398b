// good: compensations as boxed async blocks, run in reverse order
use durable::{future::LocalBoxDurable, prelude::*};

#[activity]
async fn reserve(item: String, amount: u32) -> Result<u64> {
    Ok(item.len() as u64 * u64::from(amount))
}

#[activity]
async fn release(reservation: u64) -> Result<()> {
    tracing::info!(reservation, "released");
    Ok(())
}

#[activity]
async fn charge(cents: u64) -> Result<String> {
    if cents > 1_000_000 { Err(Error::fatal("over the limit")) } else { Ok(format!("paid {cents}")) }
}

#[orchestrator]
async fn buy(ctx: &Context, items: Vec<(String, u32)>, cents: u64) -> Result<String> {
    let mut compensations: Vec<LocalBoxDurable<'_, Result<()>>> = Vec::new();
    for (item, amount) in items {
        let reservation = ctx.call(reserve(item, amount)).await?;
        compensations.push(Box::pin(async move { ctx.call(release(reservation)).await }));
    }
    match ctx.call(charge(cents)).await {
        Ok(receipt) => Ok(receipt),
        Err(error) => {
            for compensation in compensations.into_iter().rev() {
                compensation.await?;
            }
            Err(error.context("everything was released"))
        }
    }
}
