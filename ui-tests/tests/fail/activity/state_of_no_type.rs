#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(pool: State, card: String) -> Result<()> {
    Ok(())
}

fn main() {}
