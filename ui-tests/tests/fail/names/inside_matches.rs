#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn lucky(ctx: &Context) -> Result<bool> {
    Ok(matches!(rand::random::<u8>(), 0..=9 | 99))
}

fn main() {}
