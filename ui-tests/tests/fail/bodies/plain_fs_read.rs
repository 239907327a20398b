#![allow(unused)]
// reading a file
use durable::prelude::*;
use std::fs;

#[activity]
async fn send(template: String) -> Result<()> {
    tracing::info!(%template);
    Ok(())
}

#[orchestrator]
async fn newsletter(ctx: &Context) -> Result<()> {
    let template = fs::read_to_string("templates/newsletter.html")?;
    ctx.call(send(template)).await
}

fn main() {}
