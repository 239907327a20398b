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
async fn locked(ctx: &mut Context) -> Result<LockedAccount<'_>> {
    let (account, _section) = ctx.lock(Account::at("alice")).await?;
    Ok(account)
}

fn main() {}
