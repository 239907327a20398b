#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn draw(ctx: &Context, n: u64) -> Result<String> {
    let word = match n {
        0 => "nothing",
        n if n > fastrand::u64(..) => "more",
        _ => "less",
    };
    Ok(word.to_owned())
}

fn main() {}
