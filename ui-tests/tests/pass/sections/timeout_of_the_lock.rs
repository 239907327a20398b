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
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let minute = Duration::from_secs(60);
    let Ok((mut account, _section)) = ctx.lock(Account::at("alice")).timeout(minute).await else {
        ctx.signal(Account::at("refused").add(amount));
        return Ok(0);
    };
    account.add(amount).await
}

#[orchestrator]
pub async fn withdraw(ctx: &mut Context, amount: i64) -> Result<i64> {
    let minute = ctx.timer(Duration::from_secs(60));
    let (mut account, _section) = durable::timeout(minute, ctx.lock(Account::at("alice"))).await??;
    account.add(-amount).await
}
