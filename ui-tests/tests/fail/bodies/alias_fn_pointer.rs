#![allow(unused)]
// a function pointer with its type
use durable::prelude::*;
use uuid::Uuid;

#[activity]
async fn register(id: String) -> Result<()> {
    tracing::info!(%id);
    Ok(())
}

#[orchestrator]
async fn sign_up(ctx: &Context, readable: bool) -> Result<()> {
    let make: fn() -> Uuid = if readable { Uuid::nil } else { Uuid::new_v4 };
    ctx.call(register(make().to_string())).await
}

fn main() {}
