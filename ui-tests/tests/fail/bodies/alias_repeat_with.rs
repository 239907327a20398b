#![allow(unused)]
// a function handed to an iterator
use durable::prelude::*;
#[orchestrator]
async fn coin_flips(ctx: &Context, count: usize) -> Result<Vec<bool>> {
    ctx.set_status("flipping");
    Ok(std::iter::repeat_with(fastrand::bool).take(count).collect())
}

fn main() {}
