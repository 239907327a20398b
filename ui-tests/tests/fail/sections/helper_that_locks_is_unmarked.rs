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

async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    account.add(amount).await
}

#[orchestrator]
async fn save(ctx: &mut Context, amount: i64) -> Result<i64> {
    deposit(ctx, amount).await
}

fn main() {}
