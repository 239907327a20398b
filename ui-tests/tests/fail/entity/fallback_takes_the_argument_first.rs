#![allow(unused)]
use durable::Payload;
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[entity]
impl Account {
    #[fallback]
    fn any(&mut self, input: Payload, operation: String) {}
}

fn main() {}
