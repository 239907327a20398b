#![allow(unused)]
use durable::prelude::*;
use parking_lot::Mutex;

static SEEN: Mutex<Vec<u64>> = Mutex::new(Vec::new());

#[orchestrator]
async fn see(ctx: &Context) -> Result<usize> {
    Ok(SEEN.lock().len())
}

fn main() {}
