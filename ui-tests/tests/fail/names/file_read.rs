#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn rates(ctx: &Context) -> Result<String> {
    Ok(std::fs::read_to_string("rates.json")?)
}

fn main() {}
