// good: a HashMap is walked through durable::sorted
use std::collections::HashMap;

use durable::prelude::*;

#[activity]
async fn book(account: String, cents: i64) -> Result<i64> {
    tracing::info!("{account}: {cents}");
    Ok(cents)
}

#[orchestrator]
async fn settle(ctx: &Context, transfers: Vec<(String, String, i64)>) -> Result<i64> {
    let mut balances: HashMap<String, i64> = HashMap::new();
    for (from, to, cents) in transfers {
        *balances.entry(from).or_default() -= cents;
        *balances.entry(to).or_default() += cents;
    }
    let mut moved = 0;
    for (account, cents) in durable::sorted(balances) {
        if cents != 0 {
            moved += ctx.call(book(account, cents)).await?.abs();
        }
    }
    Ok(moved / 2)
}
