#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity(name = "")]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity(kind = 1)]
impl Account {
    fn at(self) {}

    fn deposit<T>(&mut self, ctx: &Context, amount: &T) -> &i64 {
        &self.balance
    }
}

fn main() {}
