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
async fn print(balance: i64) -> Result<String> {
    Ok(balance.to_string())
}

#[orchestrator]
pub async fn show(ctx: &mut Context, amount: i64) -> Result<String> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    let balance = account.add(amount).await?;
    drop(account);
    section.call(print(balance)).await
}
