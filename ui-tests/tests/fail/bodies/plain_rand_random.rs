#![allow(unused)]
// rand::random picks a variant
use durable::prelude::*;
#[activity]
async fn show(variant: String) -> Result<()> {
    tracing::info!(%variant);
    Ok(())
}

#[orchestrator]
async fn experiment(ctx: &Context) -> Result<()> {
    let variant = if rand::random::<f64>() < 0.5 { "a" } else { "b" };
    ctx.call(show(variant.to_owned())).await
}

fn main() {}
