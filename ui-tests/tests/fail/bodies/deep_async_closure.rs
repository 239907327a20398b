#![allow(unused)]
// a random id in an async closure
use durable::prelude::*;
use uuid::Uuid;

#[activity]
async fn create(id: Uuid, name: String) -> Result<()> {
    tracing::info!(%id, %name);
    Ok(())
}

#[orchestrator]
async fn onboard(ctx: &Context, names: Vec<String>) -> Result<()> {
    let add = async |name: String| ctx.call(create(Uuid::new_v4(), name)).await;
    for name in names {
        add(name).await?;
    }
    Ok(())
}

fn main() {}
