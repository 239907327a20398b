#![allow(unused)]
use durable::prelude::*;
use std::hash::{BuildHasher, RandomState};

#[orchestrator]
async fn shard(ctx: &Context, order: String) -> Result<u64> {
    Ok(RandomState::new().hash_one(order) % 16)
}

fn main() {}
