#![allow(unused)]
// bad: the rate limiter's method reads Instant::now
use std::time::{Duration, Instant};

use durable::prelude::*;

struct TokenBucket {
    capacity: f64,
    tokens: f64,
    per_second: f64,
    refilled: Option<Instant>,
}

impl TokenBucket {
    fn with_rate(per_second: f64) -> Self {
        Self { capacity: per_second * 2.0, tokens: per_second, per_second, refilled: None }
    }

    fn refill(&mut self) {
        let now = Instant::now();
        if let Some(before) = self.refilled.replace(now) {
            let gained = now.duration_since(before).as_secs_f64() * self.per_second;
            self.tokens = (self.tokens + gained).min(self.capacity);
        }
    }

    fn try_take(&mut self) -> bool {
        self.refill();
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return true;
        }
        false
    }
}

#[activity]
async fn notify(user: String) -> Result<()> {
    tracing::info!("{user} notified");
    Ok(())
}

#[orchestrator]
async fn notify_everybody(ctx: &Context, users: Vec<String>) -> Result<usize> {
    let mut bucket = TokenBucket::with_rate(10.0);
    let mut sent = 0;
    for user in users {
        while !bucket.try_take() {
            ctx.timer(Duration::from_millis(200)).await;
        }
        ctx.call(notify(user)).await?;
        sent += 1;
    }
    Ok(sent)
}

fn main() {}
