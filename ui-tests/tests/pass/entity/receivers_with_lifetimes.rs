use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&'_ self) -> i64 {
        self.balance
    }

    fn add(&'_ mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    account.add(1).await
}
