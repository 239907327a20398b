#![allow(unused)]
// tokio's join! over durable futures
use durable::prelude::*;
#[activity]
async fn price(article: String) -> Result<u64> {
    Ok(article.len() as u64)
}

#[orchestrator]
async fn both(ctx: &Context) -> Result<u64> {
    let tea = ctx.call(price("tea".to_owned())).into_future();
    let milk = ctx.call(price("milk".to_owned())).into_future();
    let (tea, milk) = tokio::join!(tea, milk);
    Ok(tea? + milk?)
}

fn main() {}
