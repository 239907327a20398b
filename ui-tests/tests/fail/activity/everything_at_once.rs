#![allow(unused)]
use durable::prelude::*;

#[activity(colour = "red")]
const unsafe fn charge<T>(ctx: Context, card: &str, amount: Option<&T>) -> &str {
    card
}

fn main() {}
