#![allow(unused)]
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
async fn both(ctx: &mut Context) -> Result<()> {
    let (alice, bob) = durable::join!(ctx.lock(Account::at("alice")), ctx.lock(Account::at("bob")));
    alice?.0.add(1).await?;
    bob?.0.add(1).await?;
    Ok(())
}

fn main() {}
