#![allow(unused)]
use durable::prelude::*;

#[activity(name = "charge\n")]
async fn charge(card: String) -> Result<()> {
    Ok(())
}

fn main() {}
