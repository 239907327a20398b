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
pub async fn thrice(ctx: &mut Context) -> Result<i64> {
    let (account, _section) = ctx.lock(Account::at("alice")).await?;
    let (one, two) = durable::try_join!(account.balance(), account.balance())?;
    let more = durable::try_join_all((0..3).map(|_| account.balance())).await?;
    Ok(one + two + more.iter().sum::<i64>())
}
