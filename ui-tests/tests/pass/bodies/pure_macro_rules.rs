// macros of the user's that are pure
use durable::prelude::*;
use std::collections::BTreeMap;

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        let mut map = BTreeMap::new();
        $(map.insert($key, $value);)*
        map
    }};
}

macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(Error::fatal(format!($($message)+)));
        }
    };
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context, article: String) -> Result<u64> {
    let prices = map! { "tea" => 450, "milk" => 120 };
    ensure!(prices.contains_key(article.as_str()), "no price for {article}");
    let price = prices[article.as_str()];
    ensure!(price < 1_000, "{price} is too much");
    ctx.call(charge(price)).await
}
