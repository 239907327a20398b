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
async fn deposit(ctx: &mut Context, key: &str) -> Result<i64> {
    let (mut account, _section) = ctx.lock(Account::at(key)).await?;
    account.add(1).await
}

#[orchestrator]
async fn both(ctx: &mut Context) -> Result<i64> {
    let (one, other) = durable::try_join!(deposit(ctx, "alice"), deposit(ctx, "bob"))?;
    Ok(one + other)
}

fn main() {}
