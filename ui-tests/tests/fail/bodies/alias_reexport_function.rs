#![allow(unused)]
// a re-exported and renamed function
use durable::prelude::*;
mod dice {
    pub use rand::random as roll;
}

#[orchestrator]
async fn game(ctx: &Context) -> Result<u8> {
    let eyes = dice::roll::<u8>() % 6 + 1;
    ctx.set_status(&eyes);
    Ok(eyes)
}

fn main() {}
