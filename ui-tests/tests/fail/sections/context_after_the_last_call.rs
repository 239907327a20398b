#![allow(unused)]
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

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
async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    let balance = account.add(amount).await?;
    ctx.timer(Duration::from_secs(1)).await;
    Ok(balance)
}

fn main() {}
