use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    balance: i64,
}

#[entity]
impl Account {
    pub fn deposit(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
pub async fn save(ctx: &Context) -> Result<i64> {
    ctx.call(Account::at("alice").deposit(5)).await
}
