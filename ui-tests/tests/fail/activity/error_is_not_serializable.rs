#![allow(unused)]
use durable::prelude::*;

#[derive(Debug)]
struct Declined;

#[activity]
async fn charge(card: String) -> Result<(), Declined> {
    Err(Declined)
}

fn main() {}
