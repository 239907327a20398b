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
pub async fn look(ctx: &mut Context) -> Result<i64> {
    let ((alice, bob), _section) = ctx.lock((Account::at("alice"), Account::at("bob"))).await?;
    Ok(alice.balance().await? + bob.balance().await?)
}
