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

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }
}

fn main() {}
