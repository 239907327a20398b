use durable::prelude::*;

#[activity]
pub async fn price(article: String) -> Result<u64> {
    Ok(article.len() as u64)
}

#[orchestrator]
pub async fn both(ctx: &Context) -> Result<u64> {
    let tea = ctx.call(price("tea".into()));
    let (one, two, tea) = durable::try_join!(ctx.event::<u64>("one"), async { Ok::<_, Error>(2) }, tea)?;
    Ok(one + two + tea)
}
