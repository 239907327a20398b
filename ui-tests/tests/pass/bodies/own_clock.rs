// a clock of the user's own that gives what it holds
use durable::prelude::*;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
struct Clock {
    at: Timestamp,
}

impl Clock {
    fn now(&self) -> Timestamp {
        self.at
    }

    fn elapsed(&self, since: Timestamp) -> Duration {
        self.now().since(since)
    }

    fn sleep(&mut self, duration: Duration) {
        self.at = self.at + duration;
    }
}

#[orchestrator]
async fn simulate(ctx: &Context, steps: u32) -> Result<Duration> {
    let mut clock = Clock { at: ctx.now() };
    for step in 0..steps {
        clock.sleep(Duration::from_secs(60) * step);
    }
    ctx.timer_at(clock.now()).await;
    Ok(clock.elapsed(Timestamp::from_micros(0)).min(Duration::from_secs(5)))
}
