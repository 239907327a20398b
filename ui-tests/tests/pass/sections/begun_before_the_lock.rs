use durable::prelude::*;
use serde::{Deserialize, Serialize};

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

#[activity]
async fn approve(amount: i64) -> Result<bool> {
    Ok(amount < 100)
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (approved, deadline) = (ctx.call(approve(amount)), ctx.timer(std::time::Duration::from_secs(60)));
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    match durable::race(approved, deadline).await {
        Either::Left(Ok(true)) => account.add(amount).await,
        _ => Ok(0),
    }
}
