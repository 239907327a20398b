// a HashMap from which values are only looked up
use durable::prelude::*;
use std::collections::HashMap;

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn checkout(ctx: &Context, basket: Vec<(String, u64)>) -> Result<u64> {
    let prices: HashMap<&str, u64> = HashMap::from([("tea", 450), ("milk", 129), ("bread", 299)]);
    let mut sum = 0;
    for (article, count) in &basket {
        let Some(price) = prices.get(article.as_str()) else {
            return Err(Error::new(format!("no price for {article}")));
        };
        sum += price * count;
    }
    if prices.contains_key("voucher") {
        sum -= prices["voucher"];
    }
    ctx.call(charge(sum)).await
}
