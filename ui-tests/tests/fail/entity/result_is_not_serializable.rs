#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

struct Amount(i64);

#[entity]
impl Account {
    fn balance(&self) -> Amount {
        Amount(self.balance)
    }
}

fn main() {}
