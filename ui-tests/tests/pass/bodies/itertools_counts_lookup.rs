// the HashMap of counts() is only looked up
use durable::prelude::*;
use itertools::Itertools;

#[orchestrator]
async fn has_duplicates(ctx: &Context, skus: Vec<String>) -> Result<Vec<String>> {
    ctx.set_status("counting");
    let counts = skus.iter().counts();
    Ok(skus.iter().filter(|sku| counts[sku] > 1).dedup().cloned().collect())
}
