#![allow(unused)]
// bad: a worker thread computes, and a std channel brings the results
use std::{sync::mpsc, thread};

use durable::prelude::*;

#[activity]
async fn load_matrix(name: String) -> Result<Vec<Vec<i64>>> {
    Ok(vec![vec![name.len() as i64, 2], vec![3, 4]])
}

#[activity]
async fn store_sums(name: String, sums: Vec<i64>) -> Result<()> {
    tracing::info!("{name}: {sums:?}");
    Ok(())
}

#[orchestrator]
async fn row_sums(ctx: &Context, name: String) -> Result<i64> {
    let matrix = ctx.call(load_matrix(name.clone())).await?;
    let rows = matrix.len();
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || {
        for row in matrix {
            sender.send(row.iter().sum::<i64>()).ok();
        }
    });
    let sums: Vec<i64> = receiver.iter().take(rows).collect();
    worker.join().map_err(|_| Error::new("the worker panicked"))?;
    let total = sums.iter().sum();
    ctx.call(store_sums(name, sums)).await?;
    Ok(total)
}

fn main() {}
