#![allow(unused)]
use durable::prelude::*;

#[activity]
fn charge(card: String) -> std::io::Result<()> {
    Ok(())
}

fn main() {}
