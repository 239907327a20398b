#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn show(ctx: &Context, n: u64) -> Result<String> {
    Ok(format!("{:p}", &n))
}

fn main() {}
