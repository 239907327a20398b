#![allow(unused)]
// a closure that a constructor stores
use durable::prelude::*;
use std::time::Duration;

struct Policy {
    delay: Box<dyn Fn(u32) -> Duration>,
}

impl Policy {
    fn jittered(base: Duration) -> Self {
        Self { delay: Box::new(move |attempt| base * attempt + Duration::from_millis(rand::random_range(0..100))) }
    }
}

#[activity]
async fn fetch(url: String) -> Result<String> {
    Ok(url)
}

#[orchestrator]
async fn patient(ctx: &Context, url: String) -> Result<String> {
    let policy = Policy::jittered(Duration::from_secs(1));
    ctx.timer((policy.delay)(2)).await;
    ctx.call(fetch(url)).await
}

fn main() {}
