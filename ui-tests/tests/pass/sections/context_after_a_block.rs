use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn transfer(ctx: &mut Context, amount: i64) -> Result<i64> {
    let before = {
        let ((mut from, mut to), _section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
        from.add(-amount).await?;
        to.add(amount).await?
    };
    ctx.timer(Duration::from_secs(1)).await;
    ctx.signal(Account::at("fees").add(1));
    Ok(ctx.call(Account::at("bob").add(1)).await? - before)
}
