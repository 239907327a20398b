#![allow(unused)]
use durable::prelude::*;
use std::sync::{LazyLock, Mutex};

static SEEN: LazyLock<Mutex<Vec<u64>>> = LazyLock::new(Mutex::default);

#[orchestrator]
async fn see(ctx: &Context) -> Result<bool> {
    Ok(SEEN.lock().is_ok())
}

fn main() {}
