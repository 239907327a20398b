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
}

#[orchestrator]
async fn save(ctx: &Context) -> Result<i64> {
    ctx.call(Account::at("alice").deposit("5")).await
}

fn main() {}
