use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    balance: i64,
}

#[entity]
impl Account {
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

#[orchestrator]
pub async fn save(ctx: &Context) -> Result<()> {
    let alice = Account::at("alice");
    ctx.signal(alice.deposit(5));
    ctx.signal_at(alice.deposit(6), ctx.now());
    Ok(())
}
