// events of several types and names
use durable::prelude::*;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    cents: u64,
}

#[orchestrator]
async fn collect(ctx: &Context, participants: Vec<String>, due: u64) -> Result<u64> {
    let payments = participants.iter().map(|name| ctx.event::<Payment>(format!("payment-{name}")));
    let paid: u64 = durable::try_join_all(payments).await?.iter().map(|payment| payment.cents).sum();
    if paid < due {
        let rest = ctx.event::<Payment>("rest").timeout(Duration::from_secs(86_400)).await;
        return Ok(paid + rest.map(|payment| payment.cents).unwrap_or_default());
    }
    let ((), audited) = durable::try_join!(ctx.event::<()>("closed"), ctx.event::<bool>("audited"))?;
    tracing::info!(audited, paid);
    Ok(paid)
}
