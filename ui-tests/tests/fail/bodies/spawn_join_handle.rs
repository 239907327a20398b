#![allow(unused)]
// bad: part of the work runs in a spawned tokio task
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Basket {
    lines: Vec<(String, u64)>,
    coupon: Option<u64>,
}

#[activity]
async fn book(total: u64) -> Result<u64> {
    Ok(total)
}

#[orchestrator]
async fn check_out(ctx: &Context, basket: Basket) -> Result<u64> {
    let Basket { lines, coupon } = basket;
    if lines.is_empty() {
        return Err(Error::fatal("an empty basket"));
    }
    let summing = tokio::spawn(async move { lines.iter().map(|(_, cents)| *cents).sum::<u64>() });
    let discount = match coupon {
        Some(percent @ 1..=50) => percent,
        Some(percent) => return Err(Error::fatal(format!("a coupon of {percent}%?"))),
        None => 0,
    };
    let sum = summing.await?;
    let total = sum - sum * discount / 100;
    ctx.call(book(total)).await
}

fn main() {}
