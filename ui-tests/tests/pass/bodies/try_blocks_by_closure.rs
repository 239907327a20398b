// good: immediately called closures and async blocks as try blocks
use durable::prelude::*;
use serde_json::Value;

#[activity]
async fn fetch(url: String) -> Result<Value> {
    Ok(serde_json::json!({ "items": [{ "price": url.len() }] }))
}

#[activity]
async fn store(key: String, price: u64) -> Result<()> {
    tracing::info!("{key}: {price}");
    Ok(())
}

#[orchestrator]
async fn scrape(ctx: &Context, urls: Vec<String>) -> Result<(u32, u32)> {
    let (mut good, mut bad) = (0, 0);
    for (index, url) in urls.into_iter().enumerate() {
        let outcome: Result<u64> = async {
            let document = ctx.call(fetch(url.clone())).await?;
            let price = (|| document.get("items")?.get(0)?.get("price")?.as_u64())()
                .ok_or_else(|| Error::new("no price in the document"))?;
            let key = (|| -> Result<String> {
                let (_, path) = url.rsplit_once('/').ok_or_else(|| Error::new("no path"))?;
                Ok(format!("{index:03}-{}", path.parse::<u32>()?))
            })();
            ctx.call(store(key.unwrap_or_else(|_| format!("{index:03}")), price)).await?;
            Ok(price)
        }
        .await;
        match outcome {
            Ok(price) => {
                good += 1;
                tracing::debug!(price, "scraped");
            }
            Err(error) => {
                bad += 1;
                tracing::warn!(%error, %url, "not scraped");
            }
        }
    }
    Ok((good, bad))
}
