#![allow(unused)]
use durable::prelude::*;

#[activity]
async fn charge<T: Default>(card: String) -> Result<T> {
    Ok(T::default())
}

fn main() {}
