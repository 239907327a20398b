#![allow(unused)]
// a JoinSet, which gives results as they come
use durable::prelude::*;
use tokio::task::JoinSet;

#[orchestrator]
async fn squares(ctx: &Context, up_to: u64) -> Result<Vec<u64>> {
    ctx.set_status("computing");
    let mut tasks: JoinSet<u64> = (1..=up_to).map(|n| async move { n * n }).collect();
    let mut squares = Vec::new();
    while let Some(square) = tasks.join_next().await {
        squares.push(square?);
    }
    Ok(squares)
}

fn main() {}
