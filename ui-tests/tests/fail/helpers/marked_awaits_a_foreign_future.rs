#![allow(unused)]
use durable::prelude::*;
use std::{future::poll_fn, task::Poll};

#[deterministic]
async fn one() -> u64 {
    poll_fn(|_| Poll::Ready(1)).await
}

#[orchestrator]
async fn pay(ctx: &Context) -> Result<u64> {
    Ok(one().await)
}

fn main() {}
