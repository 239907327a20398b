use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    balance: i64,
}

#[entity]
impl Account {
    pub fn add(&mut self, amount: i64) {
        self.balance += amount;
    }

    pub fn give(&mut self, ctx: &EntityContext, other: String) {
        ctx.signal(Account::at(other).add(self.balance));
        self.balance = 0;
    }
}
