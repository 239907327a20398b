#![allow(unused)]
use durable::prelude::*;
use tokio::sync::oneshot;

#[orchestrator]
async fn answer(ctx: &Context) -> Result<u64> {
    let (_question, answer) = oneshot::channel::<u64>();
    Ok(answer.await?)
}

fn main() {}
