#![allow(unused)]
use durable::prelude::*;

fn largest<T: Ord + Copy>(items: &[T]) -> Option<T> {
    items.iter().copied().max()
}

#[orchestrator]
async fn best(ctx: &Context, prices: Vec<u64>) -> Result<Option<u64>> {
    Ok(largest(&prices))
}

fn main() {}
