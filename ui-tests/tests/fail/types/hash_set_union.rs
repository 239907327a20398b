#![allow(unused)]
use durable::prelude::*;
use std::collections::HashSet;

#[orchestrator]
async fn pay(ctx: &Context, old: HashSet<u64>, new: HashSet<u64>) -> Result<Option<u64>> {
    Ok(old.union(&new).copied().next())
}

fn main() {}
