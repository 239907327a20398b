use durable::prelude::*;

#[activity]
pub async fn get(url: String) -> Result<String> {
    Ok(reqwest::Client::new().get(url).send().await?.text().await?)
}

#[orchestrator]
pub async fn fetch(ctx: &Context, url: String) -> Result<String> {
    let url = reqwest::Url::parse(&url)?;
    ctx.call(get(url.to_string())).await
}
