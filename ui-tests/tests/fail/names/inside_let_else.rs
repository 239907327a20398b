#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn region(ctx: &Context) -> Result<String> {
    let Ok(region) = std::env::var("REGION") else {
        return Ok("eu".to_owned());
    };
    Ok(region)
}

fn main() {}
