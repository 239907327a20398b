#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Stack<T> {
    values: Vec<T>,
}

#[entity]
impl Stack<i64> {
    fn push(&mut self, value: i64) {
        self.values.push(value);
    }
}

fn main() {}
