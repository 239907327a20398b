#![allow(unused)]
use durable::prelude::*;

use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Stack<T> {
    values: Vec<T>,
}

#[entity]
impl<T> Stack<T> {
    fn push(&mut self, value: T) {
        self.values.push(value);
    }
}

fn main() {}
