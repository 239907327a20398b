#![allow(unused)]
use durable::prelude::*;
use tokio::sync::Mutex;

#[derive(Default)]
struct Shop {
    till: Mutex<u64>,
}

#[orchestrator]
async fn count(ctx: &Context) -> Result<u64> {
    let shop = Shop::default();
    let till = *shop.till.lock().await;
    Ok(till)
}

fn main() {}
