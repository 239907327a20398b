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
    let minute = Duration::from_secs(60);
    let ((mut from, mut to), section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
    from.add(-amount).timeout(minute).await?;
    durable::timeout(section.timer(minute), to.add(amount)).await??;
    let (one, other) = durable::join!(from.add(1).timeout(minute), to.add(-1).timeout(minute));
    Ok(one? + other?)
}
