#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge<'a>(card: &'a str) -> Result<&'a str> {
    Ok(card)
}

fn main() {}
