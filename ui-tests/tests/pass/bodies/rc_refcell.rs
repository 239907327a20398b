// shared local state
use durable::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

#[activity]
async fn price(article: String) -> Result<u64> {
    Ok(article.len() as u64)
}

#[orchestrator]
async fn cached(ctx: &Context, articles: Vec<String>) -> Result<(u64, u32)> {
    let cache = Rc::new(RefCell::new(BTreeMap::<String, u64>::new()));
    let hits = Cell::new(0_u32);
    let mut sum = 0;
    for article in articles {
        let known = cache.borrow().get(&article).copied();
        sum += match known {
            Some(price) => {
                hits.set(hits.get() + 1);
                price
            }
            None => {
                let price = ctx.call(price(article.clone())).await?;
                cache.borrow_mut().insert(article, price);
                price
            }
        };
    }
    Ok((sum + Rc::strong_count(&cache) as u64, hits.get()))
}
