#![allow(unused)]
use durable::prelude::*;
use std::env::*;

#[orchestrator]
async fn region(ctx: &Context) -> Result<String> {
    Ok(var("REGION")?)
}

fn main() {}
