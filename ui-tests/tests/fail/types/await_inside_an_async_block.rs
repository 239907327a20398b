#![allow(unused)]
use durable::prelude::*;
use std::{future::poll_fn, task::Poll};

#[orchestrator]
async fn both(ctx: &Context) -> Result<u64> {
    let one = async { poll_fn(|_| Poll::Ready(1)).await };
    let (one, two) = durable::join!(one, async { 2 });
    Ok(one + two)
}

fn main() {}
