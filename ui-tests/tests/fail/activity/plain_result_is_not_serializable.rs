#![allow(unused)]
use durable::prelude::*;

struct Receipt;

#[activity]
async fn charge(card: String) -> Receipt {
    Receipt
}

fn main() {}
