// closures that return durable futures
use durable::prelude::*;
#[activity]
async fn price(article: String, country: String) -> Result<u64> {
    Ok((article.len() + country.len()) as u64)
}

#[orchestrator]
async fn cheapest(ctx: &Context, article: String) -> Result<u64> {
    let price_in = |country: &str| ctx.call(price(article.clone(), country.to_owned()));
    let (de, at, fr) = durable::join!(price_in("de"), price_in("at"), price_in("fr"));
    let best = [de?, at?, fr?].into_iter().min().unwrap_or(u64::MAX);
    let again = price_in("de").await?;
    Ok(best.min(again))
}
