#![allow(unused)]
use durable::prelude::*;
use std::sync::Mutex;

lazy_static::lazy_static! {
    static ref SEEN: Mutex<Vec<u64>> = Mutex::new(Vec::new());
}

#[orchestrator]
async fn see(ctx: &Context) -> Result<bool> {
    Ok(SEEN.lock().is_ok())
}

fn main() {}
