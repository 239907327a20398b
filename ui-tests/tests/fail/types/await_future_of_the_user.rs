#![allow(unused)]
use durable::prelude::*;
use std::{
    pin::Pin,
    task::{Context as Waking, Poll},
};

struct One;

impl Future for One {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, _: &mut Waking<'_>) -> Poll<u64> {
        Poll::Ready(1)
    }
}

#[orchestrator]
async fn one(ctx: &Context) -> Result<u64> {
    Ok(One.await)
}

fn main() {}
