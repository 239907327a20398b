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

#[orchestrator]
pub async fn deposit(ctx: &mut Context, key: String, amount: i64) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at(&key)).await?;
    if account.balance().await? < 0 {
        return Err(Error::fatal("overdrawn"));
    }
    account.add(amount).await
}
