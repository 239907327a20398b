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
async fn collect(ctx: &mut Context, keys: Vec<String>) -> Result<i64> {
    let mut members = Vec::new();
    for key in &keys {
        let (member, _section) = ctx.lock(Account::at(key)).await?;
        members.push(member);
    }
    let mut total = 0;
    for mut member in members {
        total += member.add(-1).await?;
    }
    Ok(total)
}

fn main() {}
