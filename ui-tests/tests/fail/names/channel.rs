#![allow(unused)]
use durable::prelude::*;
use std::sync::mpsc;

#[orchestrator]
async fn queue(ctx: &Context, n: u64) -> Result<Option<u64>> {
    let (sender, receiver) = mpsc::channel();
    sender.send(n)?;
    Ok(receiver.try_recv().ok())
}

fn main() {}
