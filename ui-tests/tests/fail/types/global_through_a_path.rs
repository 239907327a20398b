#![allow(unused)]
use durable::prelude::*;

mod counters {
    use std::sync::atomic::AtomicBool;

    pub static OPEN: AtomicBool = AtomicBool::new(true);
}

#[orchestrator]
async fn open(ctx: &Context) -> Result<bool> {
    Ok(counters::OPEN.load(std::sync::atomic::Ordering::Relaxed))
}

fn main() {}
