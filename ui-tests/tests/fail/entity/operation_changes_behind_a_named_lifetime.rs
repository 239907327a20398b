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
    fn add<'a>(&'a mut self, amount: i64) {}
}

fn main() {}
