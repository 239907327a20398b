#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn pay(ctx: &Context, client: Client) -> Result<()> {
    Ok(())
}

fn main() {}
