use durable::prelude::*;

#[activity]
pub async fn get(url: String) -> Result<u16> {
    Ok(reqwest::get(url).await?.status().as_u16())
}

#[orchestrator]
pub async fn status(ctx: &Context, urls: Vec<String>) -> Result<Option<u16>> {
    let codes = durable::try_join_all(urls.into_iter().map(|url| ctx.call(get(url)))).await?;
    Ok(codes.into_iter().max())
}
