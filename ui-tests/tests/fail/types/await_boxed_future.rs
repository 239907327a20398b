#![allow(unused)]
use durable::prelude::*;
use std::pin::Pin;

#[orchestrator]
async fn one(ctx: &Context) -> Result<u64> {
    let one: Pin<Box<dyn Future<Output = u64>>> = Box::pin(async { 1 });
    Ok(one.await)
}

fn main() {}
