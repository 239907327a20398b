#![allow(unused)]
// a crate under another name
use durable::prelude::*;
extern crate fastrand as dice;

#[orchestrator]
async fn roll(ctx: &Context) -> Result<u32> {
    let eyes = dice::u32(1..=6);
    ctx.set_status(&eyes);
    Ok(eyes)
}

fn main() {}
