// groups in a BTreeMap
use durable::prelude::*;
use std::collections::BTreeMap;

#[activity]
async fn send_bill(customer: String, cents: u64) -> Result<()> {
    tracing::info!(%customer, cents);
    Ok(())
}

#[orchestrator]
async fn bill(ctx: &Context, orders: Vec<(String, u64)>) -> Result<BTreeMap<String, u64>> {
    let mut totals = BTreeMap::new();
    for (customer, cents) in orders {
        *totals.entry(customer).or_insert(0) += cents;
    }
    totals.retain(|_, cents| *cents > 0);
    for (customer, cents) in &totals {
        ctx.call(send_bill(customer.clone(), *cents)).await?;
    }
    Ok(totals)
}
