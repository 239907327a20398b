#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

struct Amount(i64);

#[entity]
impl Account {
    fn deposit(&mut self, amount: Amount) -> i64 {
        self.balance += amount.0;
        self.balance
    }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(Account::at("a").deposit(Amount(1))).await?;
    Ok(())
}

const _: Registry = registry![caller, Account];

fn main() {}
