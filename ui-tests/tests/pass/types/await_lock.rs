use durable::prelude::*;
use std::cell::RefCell;

#[derive(Debug, Default)]
pub struct Shop {
    till: RefCell<u64>,
}

#[orchestrator]
pub async fn count(ctx: &Context) -> Result<u64> {
    let shop = Shop::default();
    let sell = async |article: &'static str| {
        let cents: u64 = ctx.event(article).await?;
        *shop.till.borrow_mut() += cents;
        Ok::<_, Error>(())
    };
    durable::try_join!(sell("tea"), sell("milk"))?;
    Ok(shop.till.take())
}
