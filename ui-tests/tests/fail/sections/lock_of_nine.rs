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
async fn all(ctx: &mut Context) -> Result<()> {
    let at = |n: u8| Account::at(n.to_string());
    let (accounts, _section) = ctx.lock((at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9))).await?;
    Ok(())
}

fn main() {}
