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
async fn withdraw(account: &mut LockedAccount<'_>, amount: i64) -> Result<bool> {
    if account.balance().await? < amount {
        return Ok(false);
    }
    account.add(-amount).await?;
    Ok(true)
}

#[deterministic]
async fn total(accounts: &[LockedAccount<'_>]) -> Result<i64> {
    let balances = durable::try_join_all(accounts.iter().map(|account| account.balance())).await?;
    Ok(balances.iter().sum())
}

#[deterministic]
async fn close(mut account: LockedAccount<'_>) -> Result<()> {
    account.delete().await
}

#[orchestrator]
pub async fn pay(ctx: &mut Context, amount: i64) -> Result<i64> {
    let ((mut from, to), _section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
    if !withdraw(&mut from, amount).await? {
        close(from).await?;
        return Ok(0);
    }
    total(&[from, to]).await
}
