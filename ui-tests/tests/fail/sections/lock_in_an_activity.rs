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

#[activity]
async fn deposit(ctx: &ActivityContext, amount: i64) -> Result<()> {
    let (mut account, _section) = ctx.lock(Account::at("alice")).await?;
    Ok(())
}

fn main() {}
