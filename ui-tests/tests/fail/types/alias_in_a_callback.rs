#![allow(unused)]
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn number(ctx: &Context) -> Result<Vec<Uuid>> {
    Ok((0..3).map(|_| Uuid::new_v4()).collect())
}

fn main() {}
