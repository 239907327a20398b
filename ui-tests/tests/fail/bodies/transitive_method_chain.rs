#![allow(unused)]
// a method that calls a method of a field
use durable::prelude::*;
#[derive(Default)]
struct Jitter {
    max: u64,
}

impl Jitter {
    fn next(&self) -> u64 {
        fastrand::u64(0..=self.max)
    }
}

#[derive(Default)]
struct Backoff {
    attempt: u32,
    jitter: Jitter,
}

impl Backoff {
    fn delay(&mut self) -> std::time::Duration {
        self.attempt += 1;
        std::time::Duration::from_millis((1_u64 << self.attempt) + self.jitter.next())
    }
}

#[orchestrator]
async fn retry(ctx: &Context) -> Result<()> {
    let mut backoff = Backoff { jitter: Jitter { max: 50 }, ..Backoff::default() };
    ctx.timer(backoff.delay()).await;
    Ok(())
}

fn main() {}
