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

    async fn mirror(&mut self, ctx: &EntityContext, other: String) -> Result<()> {
        self.balance = ctx.call(Account::at(other).balance()).await?;
        Ok(())
    }
}

fn main() {}
