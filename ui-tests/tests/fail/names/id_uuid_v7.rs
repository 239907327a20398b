#![allow(unused)]
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn number(ctx: &Context) -> Result<String> {
    Ok(Uuid::now_v7().simple().to_string())
}

fn main() {}
