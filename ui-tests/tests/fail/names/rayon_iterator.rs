#![allow(unused)]
use durable::prelude::*;
use rayon::prelude::*;

#[orchestrator]
async fn total(ctx: &Context, prices: Vec<u64>) -> Result<u64> {
    Ok(prices.par_iter().sum())
}

fn main() {}
