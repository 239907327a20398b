#![allow(unused)]
// an alias of an alias
use durable::prelude::*;
type Id = uuid::Uuid;
type OrderId = Id;

#[activity]
async fn place(id: String) -> Result<()> {
    tracing::info!(%id);
    Ok(())
}

#[orchestrator]
async fn order(ctx: &Context) -> Result<()> {
    ctx.call(place(OrderId::new_v4().to_string())).await
}

fn main() {}
