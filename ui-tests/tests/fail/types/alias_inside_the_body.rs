#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn region(ctx: &Context) -> Result<String> {
    use std::env::var as read;
    Ok(read("REGION")?)
}

fn main() {}
