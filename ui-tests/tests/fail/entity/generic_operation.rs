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
    fn deposit<T: Into<i64>>(&mut self, amount: T) -> i64 {
        self.balance += amount.into();
        self.balance
    }

    fn withdraw(&mut self, amount: impl Into<i64>) {
        self.balance -= amount.into();
    }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(Account::at("a").deposit(1)).await?;
    Ok(())
}

const _: Registry = registry![caller, Account];

fn main() {}
