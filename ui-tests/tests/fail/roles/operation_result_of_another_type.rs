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
    fn balance(&self) -> i64 {
        self.balance
    }
}

#[orchestrator]
async fn show(ctx: &Context) -> Result<String> {
    let balance: String = ctx.call(Account::at("alice").balance()).await?;
    Ok(balance)
}

fn main() {}
