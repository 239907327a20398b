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
    let mut total = 0;
    for account in &accounts {
        total += account.balance().await?;
    }
    for account in &mut accounts {
        let balance = account.balance().await?;
        account.add(total - balance).await?;
    }
    if let [first, .., last] = &mut accounts[..] {
        first.add(1).await?;
        last.add(-1).await?;
    }
    Ok(total)
}
