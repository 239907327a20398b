#![allow(unused)]
// a global cache behind lazy_static and parking_lot
use durable::prelude::*;
use std::collections::BTreeMap;

use lazy_static::lazy_static;
use parking_lot::Mutex;

lazy_static! {
    static ref PRICES: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
}

#[activity]
async fn price_of(article: u64) -> Result<u64> {
    Ok(article * 100)
}

#[orchestrator]
async fn quote(ctx: &Context, article: u64) -> Result<u64> {
    let known = PRICES.lock().get(&article).copied();
    match known {
        Some(price) => Ok(price),
        None => ctx.call(price_of(article)).await,
    }
}

fn main() {}
