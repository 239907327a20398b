#![allow(unused)]
// an imported and renamed function
use durable::prelude::*;
use std::fs::read_to_string as load;

#[orchestrator]
async fn rules(ctx: &Context) -> Result<usize> {
    let text = load("rules.txt")?;
    ctx.set_status(&text);
    Ok(text.lines().count())
}

fn main() {}
