#![allow(unused)]
use durable::prelude::*;

lazy_static::lazy_static! {
    static ref REGION: String = std::env::var("REGION").unwrap_or_default();
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<bool> {
    Ok(REGION.is_empty())
}

fn main() {}
