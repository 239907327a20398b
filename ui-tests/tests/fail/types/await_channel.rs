#![allow(unused)]
use durable::prelude::*;
use futures::{StreamExt, channel::mpsc};

#[orchestrator]
async fn next(ctx: &Context) -> Result<Option<u64>> {
    let (_sender, mut receiver) = mpsc::unbounded::<u64>();
    Ok(receiver.next().await)
}

fn main() {}
