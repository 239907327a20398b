#![allow(unused)]
use durable::prelude::*;

#[activity]
struct Charge {
    cents: u64,
}

fn main() {}
