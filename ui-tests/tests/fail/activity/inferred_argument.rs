#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(cards: Vec<_>) -> Result<()> {
    Ok(())
}

fn main() {}
