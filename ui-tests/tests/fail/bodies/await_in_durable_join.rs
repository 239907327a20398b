#![allow(unused)]
// a foreign future in durable::join!
use durable::prelude::*;
#[activity]
async fn price(article: String) -> Result<u64> {
    Ok(article.len() as u64)
}

#[orchestrator]
async fn quote(ctx: &Context, article: String) -> Result<u64> {
    let (price, yielded) = durable::join!(ctx.call(price(article)), tokio::task::yield_now());
    let () = yielded;
    price
}

fn main() {}
