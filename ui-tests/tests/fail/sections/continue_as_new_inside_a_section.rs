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
async fn collect(ctx: &mut Context, round: i64) -> Result<()> {
    let (mut pot, _section) = ctx.lock(Account::at("pot")).await?;
    pot.add(round).await?;
    ctx.continue_as_new(collect(round + 1)).await
}

fn main() {}
