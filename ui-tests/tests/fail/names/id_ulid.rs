#![allow(unused)]
use durable::prelude::*;
use ulid::Ulid;

#[orchestrator]
async fn number(ctx: &Context) -> Result<String> {
    Ok(Ulid::new().to_string())
}

fn main() {}
