#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn fetch(ctx: &Context, url: String) -> Result<String> {
    let client = reqwest::Client::new();
    Ok(client.get(url).build()?.url().to_string())
}

fn main() {}
