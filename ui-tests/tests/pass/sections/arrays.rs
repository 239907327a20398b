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
pub async fn transfer(ctx: &mut Context, amount: i64) -> Result<i64> {
    let ([mut from, mut to, fees], _section) = ctx.lock(["from", "to", "fees"].map(Account::at)).await?;
    from.add(-amount).await?;
    Ok(to.add(amount).await? + fees.balance().await?)
}
