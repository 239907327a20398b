#![allow(unused)]
use durable::prelude::*;

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(payments::pay(5)).await
}

fn main() {}
