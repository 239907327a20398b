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

#[activity]
async fn approve(amount: i64) -> Result<bool> {
    Ok(amount < 100)
}

#[deterministic]
async fn approved(section: &Section<'_>, amount: i64) -> Result<bool> {
    section.timer(Duration::from_secs(1)).await;
    section.call(approve(amount)).await
}

#[orchestrator]
pub async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    if !approved(&section, amount).await? {
        return Ok(0);
    }
    account.add(amount).await
}
