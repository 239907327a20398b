#![allow(unused)]
use durable::prelude::*;

#[activity]
fn charge(card: String) -> &'static str {
    "done"
}

fn main() {}
