#![allow(unused)]
// a thread for a heavy computation
use durable::prelude::*;
use std::thread;

#[orchestrator]
async fn heavy(ctx: &Context, numbers: Vec<u64>) -> Result<u64> {
    ctx.set_status("computing");
    let sum = thread::spawn(move || numbers.iter().map(|n| n * n).sum::<u64>());
    sum.join().map_err(|_| Error::new("the thread panicked"))
}

fn main() {}
