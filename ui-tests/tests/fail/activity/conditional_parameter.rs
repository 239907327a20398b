#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge(card: String, #[cfg(test)] cents: u64) -> Result<()> {
    Ok(())
}

fn main() {}
