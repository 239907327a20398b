#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn region(ctx: &Context, given: Option<String>) -> Result<String> {
    if let Some(given) = given
        && let Ok(region) = std::env::var(given)
    {
        return Ok(region);
    }
    Ok("eu".to_owned())
}

fn main() {}
