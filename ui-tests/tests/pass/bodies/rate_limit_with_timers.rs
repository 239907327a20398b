// good: a rate limit by durable timers, with the time taken from ctx
use std::{collections::VecDeque, time::Duration};

use durable::prelude::*;

struct SlidingWindow {
    window: Duration,
    limit: usize,
    stamps: VecDeque<Timestamp>,
}

impl SlidingWindow {
    fn per_minute(limit: usize) -> Self {
        Self { window: Duration::from_secs(60), limit, stamps: VecDeque::with_capacity(limit) }
    }

    fn ready_at(&mut self, now: Timestamp) -> Option<Timestamp> {
        while self.stamps.front().is_some_and(|stamp| now - *stamp >= self.window) {
            self.stamps.pop_front();
        }
        (self.stamps.len() >= self.limit).then(|| self.stamps[0] + self.window)
    }

    fn take(&mut self, now: Timestamp) {
        self.stamps.push_back(now);
    }
}

#[deterministic]
async fn throttled(ctx: &Context, window: &mut SlidingWindow) {
    while let Some(time) = window.ready_at(ctx.now()) {
        ctx.timer_at(time).await;
    }
    window.take(ctx.now());
}

#[activity]
async fn post(message: String) -> Result<u64> {
    Ok(message.len() as u64)
}

#[orchestrator]
async fn post_all(ctx: &Context, messages: Vec<String>, per_minute: usize) -> Result<u64> {
    let mut window = SlidingWindow::per_minute(per_minute.max(1));
    let mut ids = 0;
    for message in messages {
        throttled(ctx, &mut window).await;
        ids ^= ctx.call(post(message)).await?;
    }
    Ok(ids)
}
