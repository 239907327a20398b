#![allow(unused)]
use durable::prelude::*;

use std::cell::Cell;

#[activity]
async fn charge(counter: State<Cell<u64>>, card: String) -> Result<()> {
    Ok(())
}

fn main() {}
