#![allow(unused)]
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

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
async fn deposit(ctx: &mut Context, amount: i64) -> Result<i64> {
    match ctx.lock(Account::at("alice")).timeout(Duration::from_secs(60)).await {
        Ok((mut account, _section)) => account.add(amount).await,
        Err(_) => {
            ctx.signal(Account::at("refused").add(amount));
            Ok(0)
        }
    }
}

fn main() {}
