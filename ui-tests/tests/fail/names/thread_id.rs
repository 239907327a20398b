#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn name(ctx: &Context) -> Result<String> {
    Ok(format!("{:?}", std::thread::current().id()))
}

fn main() {}
