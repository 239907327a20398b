// good: old instances keep their path, new ones take the new one
use durable::prelude::*;

#[activity]
async fn price_v1(sku: String) -> Result<u64> {
    Ok(sku.len() as u64 * 100)
}

#[activity]
async fn price_v2(sku: String, currency: String) -> Result<u64> {
    Ok(sku.len() as u64 * 90 + currency.len() as u64)
}

#[activity]
async fn fraud_check(cents: u64) -> Result<bool> {
    Ok(cents < 100_000)
}

#[deterministic]
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[orchestrator]
async fn checkout(ctx: &Context, sku: String) -> Result<u64> {
    let version = ctx.version().and_then(parse_version).unwrap_or((1, 0));
    let cents = match version {
        (1, _) => ctx.call(price_v1(sku)).await?,
        (2, ..) => ctx.call(price_v2(sku, "EUR".into())).await?,
        (major, minor) => return Err(Error::fatal(format!("no code for version {major}.{minor}"))),
    };
    if version >= (2, 1) && !ctx.call(fraud_check(cents)).await? {
        return Err(Error::fatal("refused by the fraud check"));
    }
    Ok(cents)
}
