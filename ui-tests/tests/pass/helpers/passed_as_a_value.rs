use durable::prelude::*;

#[activity]
pub async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[deterministic]
fn fee(cents: u64) -> u64 {
    cents / 100
}

#[orchestrator]
pub async fn pay(ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    let fees = prices.into_iter().map(fee);
    let charges = fees.map(charge).map(|call| ctx.call(call));
    Ok(durable::try_join_all(charges).await?.into_iter().sum())
}
