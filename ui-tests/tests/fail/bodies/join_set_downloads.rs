#![allow(unused)]
// bad: a tokio JoinSet runs the pure part of the work on the runtime
use durable::prelude::*;
use tokio::task::JoinSet;

#[activity]
async fn fetch_lines(file: String) -> Result<Vec<String>> {
    Ok(vec![file.clone(), file.to_uppercase()])
}

#[activity]
async fn publish(words: usize) -> Result<()> {
    tracing::info!(words, "counted");
    Ok(())
}

#[orchestrator]
async fn word_count(ctx: &Context, files: Vec<String>) -> Result<usize> {
    let mut counting = JoinSet::new();
    for file in files {
        let lines = ctx.call(fetch_lines(file)).await?;
        counting.spawn(async move { lines.iter().map(|line| line.split_whitespace().count()).sum::<usize>() });
    }
    let mut words = 0;
    while let Some(count) = counting.join_next().await {
        words += count?;
    }
    ctx.call(publish(words)).await?;
    Ok(words)
}

fn main() {}
