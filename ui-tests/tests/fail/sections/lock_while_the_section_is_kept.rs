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
async fn twice(ctx: &mut Context) -> Result<i64> {
    let (mut alice, section) = ctx.lock(Account::at("alice")).await?;
    alice.add(1).await?;
    drop(alice);
    let (mut bob, _inner) = ctx.lock(Account::at("bob")).await?;
    bob.add(1).await
}

fn main() {}
