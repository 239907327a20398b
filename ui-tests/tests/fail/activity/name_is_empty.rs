#![allow(unused)]
use durable::prelude::*;

#[activity(name = "")]
async fn charge(card: String) -> Result<()> {
    Ok(())
}

fn main() {}
