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
    fn deposit(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    fn close(self) -> i64 {
        self.balance
    }

    fn archive(self: Box<Self>, reason: String) {}
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(Account::at("a").deposit(1)).await?;
    ctx.call(Account::at("a").close()).await?;
    Ok(())
}

const _: Registry = registry![caller, Account];

fn main() {}
