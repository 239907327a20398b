#![allow(unused)]
use durable::prelude::*;
use std::{future::poll_fn, task::Poll};

use serde_json::{Value, json};

#[orchestrator]
async fn receipt(ctx: &Context) -> Result<Value> {
    Ok(json!({ "cents": poll_fn(|_| Poll::Ready(1)).await }))
}

fn main() {}
