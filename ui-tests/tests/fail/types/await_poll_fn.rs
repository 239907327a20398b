#![allow(unused)]
use durable::prelude::*;
use std::{future::poll_fn, task::Poll};

#[orchestrator]
async fn one(ctx: &Context) -> Result<u64> {
    Ok(poll_fn(|_| Poll::Ready(1)).await)
}

fn main() {}
