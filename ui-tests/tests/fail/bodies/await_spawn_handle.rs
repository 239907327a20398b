#![allow(unused)]
// a task of the runtime
use durable::prelude::*;
#[orchestrator]
async fn in_background(ctx: &Context, numbers: Vec<u64>) -> Result<u64> {
    ctx.set_status("summing");
    let sum = tokio::spawn(async move { numbers.iter().sum::<u64>() });
    Ok(sum.await?)
}

fn main() {}
