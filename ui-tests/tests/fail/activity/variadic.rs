#![allow(unused)]
use durable::prelude::*;

#[activity]
unsafe extern "C" fn charge(cents: u64, ...) -> u64 {
    cents
}

fn main() {}
