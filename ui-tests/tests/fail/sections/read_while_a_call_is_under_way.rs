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
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }
}

#[orchestrator]
async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    let (before, after) = durable::try_join!(account.balance(), account.add(amount))?;
    Ok(after - before)
}

fn main() {}
