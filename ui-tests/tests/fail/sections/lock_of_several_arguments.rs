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
async fn transfer(ctx: &mut Context, amount: i64) -> Result<i64> {
    let ((mut from, mut to), _section) = ctx.lock(Account::at("alice"), Account::at("bob")).await?;
    from.add(-amount).await?;
    to.add(amount).await
}

fn main() {}
