#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn status(ctx: &Context, url: String) -> Result<u16> {
    Ok(reqwest::get(url).await?.status().as_u16())
}

fn main() {}
