#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[derive(Debug)]
struct Overdrawn;

#[entity]
impl Account {
    fn withdraw(&mut self, amount: i64) -> Result<i64, Overdrawn> {
        Err(Overdrawn)
    }
}

fn main() {}
