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
async fn approve(amount: i64) -> Result<bool> {
    Ok(amount < 100)
}

#[orchestrator]
async fn deposit(ctx: &mut Context, amount: i64) -> Result<()> {
    let (approved, _section) = ctx.lock(approve(amount)).await?;
    Ok(())
}

fn main() {}
