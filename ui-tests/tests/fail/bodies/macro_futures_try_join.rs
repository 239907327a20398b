#![allow(unused)]
// try_join! of the crate futures
use durable::prelude::*;
use futures::try_join;

#[activity]
async fn stock(article: u64) -> Result<u64> {
    Ok(article % 7)
}

#[orchestrator]
async fn compare(ctx: &Context, a: u64, b: u64) -> Result<bool> {
    let (a, b) = try_join!(ctx.call(stock(a)).into_future(), ctx.call(stock(b)).into_future())?;
    Ok(a < b)
}

fn main() {}
