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

#[orchestrator]
pub async fn twice(ctx: &mut Context) -> Result<i64> {
    let first = {
        let (mut alice, _section) = ctx.lock(Account::at("alice")).await?;
        alice.add(1).await?
    };
    let (mut bob, section) = ctx.lock(Account::at("bob")).await?;
    let second = bob.add(first).await?;
    drop((bob, section));
    let (mut carol, _section) = ctx.lock(Account::at("carol")).await?;
    carol.add(second).await
}
