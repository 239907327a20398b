use durable::prelude::*;
use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

#[activity]
pub async fn charge(article: String, cents: u64) -> Result<String> {
    Ok(format!("{article} for {cents}"))
}

#[orchestrator]
pub async fn pay(ctx: &Context, prices: BTreeMap<String, u64>, discounts: HashMap<String, u64>) -> Result<usize> {
    let mut receipts = IndexMap::new();
    for (article, cents) in prices {
        let discount = discounts.get(&article).copied().unwrap_or_default();
        receipts.insert(article.clone(), ctx.call(charge(article, cents - discount)).await?);
    }
    for receipt in receipts.values() {
        ctx.set_status(receipt);
    }
    Ok(receipts.len() + discounts.len())
}
