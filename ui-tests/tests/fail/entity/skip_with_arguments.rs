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
    #[skip(always)]
    fn balance(&self) -> i64 {
        self.balance
    }
}

fn main() {}
