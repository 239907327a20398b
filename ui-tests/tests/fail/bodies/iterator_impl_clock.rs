#![allow(unused)]
// bad: a hand-written iterator stops by the wall clock
use std::time::SystemTime;

use durable::prelude::*;

struct Until<I> {
    inner: I,
    end: SystemTime,
}

impl<I: Iterator> Iterator for Until<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<Self::Item> {
        if SystemTime::now() >= self.end {
            return None;
        }
        self.inner.next()
    }
}

#[activity]
async fn send_newsletter(address: String) -> Result<bool> {
    Ok(address.contains('@'))
}

#[orchestrator]
async fn send_until(ctx: &Context, addresses: Vec<String>, minutes: u64) -> Result<u32> {
    let end = SystemTime::from(ctx.now() + std::time::Duration::from_secs(60 * minutes));
    let mut sent = 0;
    for address in (Until { inner: addresses.into_iter(), end }) {
        if ctx.call(send_newsletter(address)).await? {
            sent += 1;
        }
    }
    Ok(sent)
}

fn main() {}
