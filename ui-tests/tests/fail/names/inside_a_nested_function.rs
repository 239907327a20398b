#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn name(ctx: &Context) -> Result<String> {
    fn host() -> String {
        std::env::var("HOSTNAME").unwrap_or_default()
    }
    Ok(host())
}

fn main() {}
