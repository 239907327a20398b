use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[deterministic]
async fn locked<'c>(ctx: &'c mut Context, key: &str) -> Result<(LockedAccount<'c>, Section<'c>)> {
    ctx.lock(Account::at(key)).await
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let before = locked(ctx, "alice").await?.0.balance().await?;
    let (mut account, _section) = locked(ctx, "alice").await?;
    Ok(account.add(amount).await? - before)
}
