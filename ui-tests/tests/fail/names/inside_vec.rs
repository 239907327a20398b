#![allow(unused)]
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn number(ctx: &Context) -> Result<Vec<Uuid>> {
    Ok(vec![Uuid::nil(), Uuid::new_v4()])
}

fn main() {}
