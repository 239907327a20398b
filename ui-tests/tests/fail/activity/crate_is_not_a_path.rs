#![allow(unused)]
use durable::prelude::*;

#[activity(crate = "durable")]
async fn charge(card: String) -> Result<()> {
    Ok(())
}

fn main() {}
