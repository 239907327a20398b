#![allow(unused)]
// Uuid::now_v7 as a child id
use durable::prelude::*;
use uuid::Uuid;

#[orchestrator]
async fn child(ctx: &Context, n: u64) -> Result<u64> {
    ctx.set_status(&n);
    Ok(n)
}

#[orchestrator]
async fn parent(ctx: &Context) -> Result<u64> {
    ctx.call(child(7)).instance_id(Uuid::now_v7().to_string()).await
}

fn main() {}
