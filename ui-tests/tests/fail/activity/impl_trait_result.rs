#![allow(unused)]
use durable::prelude::*;

#[activity]
fn charge(card: String) -> impl ToString {
    card
}

fn main() {}
