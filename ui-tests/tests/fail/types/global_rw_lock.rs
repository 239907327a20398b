#![allow(unused)]
use durable::prelude::*;
use std::sync::RwLock;

static RATES: RwLock<[u64; 2]> = RwLock::new([1, 2]);

#[orchestrator]
async fn known(ctx: &Context) -> Result<bool> {
    Ok(RATES.read().is_ok())
}

fn main() {}
