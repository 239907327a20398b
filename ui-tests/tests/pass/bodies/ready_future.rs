// std::future::ready beside calls
use durable::prelude::*;
use std::future;

#[activity]
async fn price(article: u64) -> Result<u64> {
    Ok(article * 3)
}

#[orchestrator]
async fn with_default(ctx: &Context, article: u64) -> Result<u64> {
    let (price, rebate) = durable::try_join!(ctx.call(price(article)), future::ready(Ok::<u64, Error>(5)))?;
    Ok(price.saturating_sub(rebate))
}
