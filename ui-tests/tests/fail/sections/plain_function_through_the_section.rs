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

#[deterministic]
fn fee(amount: i64) -> i64 {
    amount / 100
}

#[orchestrator]
async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("alice")).await?;
    let fee = section.call(fee(amount)).await?;
    account.add(amount - fee).await
}

fn main() {}
