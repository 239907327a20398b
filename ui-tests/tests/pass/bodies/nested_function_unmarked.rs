// a function inside of the orchestrator, without a mark
use durable::prelude::*;
#[activity]
async fn total(cents: Vec<u64>) -> Result<u64> {
    Ok(cents.iter().sum())
}

#[orchestrator]
async fn checkout(ctx: &Context, prices: Vec<String>) -> Result<u64> {
    fn to_cents(price: &str) -> Option<u64> {
        let (whole, rest) = price.split_once('.').unwrap_or((price, "00"));
        Some(whole.parse::<u64>().ok()? * 100 + rest.get(..2)?.parse::<u64>().ok()?)
    }

    let cents = prices.iter().filter_map(|price| to_cents(price)).collect();
    ctx.call(total(cents)).await
}
