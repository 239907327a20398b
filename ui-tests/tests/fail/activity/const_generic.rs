#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge<const N: usize>(card: String) -> Result<u64> {
    Ok(N as u64)
}

fn main() {}
