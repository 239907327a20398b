#![allow(unused)]
use durable::prelude::*;
use rand::{Rng, rngs::StdRng};

#[orchestrator]
async fn draw(ctx: &Context) -> Result<u64> {
    let mut rng: StdRng = rand::make_rng();
    Ok(rng.next_u64())
}

fn main() {}
