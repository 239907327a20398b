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
    fn deposit(&mut self, ctx: &mut EntityContext, amount: i64) -> i64 {
        self.balance + amount
    }
}

#[orchestrator]
async fn caller(ctx: &Context) -> Result<()> {
    ctx.call(Account::at("a").deposit(1)).await?;
    Ok(())
}

const _: Registry = registry![caller, Account];

fn main() {}
