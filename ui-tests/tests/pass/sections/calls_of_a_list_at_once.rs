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
pub async fn level(ctx: &mut Context, keys: Vec<String>) -> Result<i64> {
    let accounts: Vec<_> = keys.iter().map(Account::at).collect();
    let (mut accounts, _section) = ctx.lock(accounts).await?;
    let balances = durable::join_all(accounts.iter().map(|account| account.balance())).await;
    let total: i64 = balances.into_iter().sum::<Result<i64>>()?;
    durable::join_all(accounts.iter_mut().map(|account| account.add(1))).await;
    durable::try_join_all(accounts.iter_mut().map(|account| account.add(total))).await?;
    let added = accounts.iter_mut().zip(1..).map(async |(account, amount)| {
        let before = account.balance().await?;
        Ok::<i64, Error>(account.add(amount).await? - before)
    });
    Ok(durable::try_join_all(added).await?.into_iter().sum())
}
