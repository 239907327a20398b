use durable::prelude::*;
use std::collections::BTreeMap as HashMap;

type Prices = HashMap<String, u64>;

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<()> {
    let prices = Prices::default();
    for price in prices.values() {
        ctx.set_status(price);
    }
    Ok(())
}
