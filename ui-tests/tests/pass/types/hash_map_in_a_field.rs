use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Default)]
pub struct Order {
    prices: BTreeMap<String, u64>,
    stock: HashMap<String, u64>,
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<bool> {
    let order = Order::default();
    order.prices.iter().for_each(|(article, _)| ctx.set_status(article));
    Ok(order.prices.keys().all(|article| order.stock.contains_key(article)))
}
