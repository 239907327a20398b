#![allow(unused)]
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn number(ctx: &Context) -> Result<Uuid> {
    Ok(Uuid::new_v4())
}

fn main() {}
