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
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

#[orchestrator]
async fn save(ctx: &Context) -> Result<()> {
    ctx.signal(Account::at("alice").withdraw(5));
    Ok(())
}

fn main() {}
