use durable::prelude::*;
use std::collections::HashMap;

#[orchestrator]
pub async fn pay(ctx: &Context, prices: HashMap<String, u64>) -> Result<u64> {
    let mut total = 0;
    for (article, cents) in durable::sorted(&prices) {
        ctx.set_status(article);
        total += cents;
    }
    Ok(total)
}
