// an iterator of the user's own
use durable::prelude::*;
#[derive(Clone)]
struct Fibonacci {
    a: u64,
    b: u64,
}

impl Fibonacci {
    fn new() -> Self {
        Self { a: 0, b: 1 }
    }
}

impl Iterator for Fibonacci {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let next = self.a.checked_add(self.b)?;
        (self.a, self.b) = (self.b, next);
        Some(self.a)
    }
}

#[activity]
async fn attempt(pause: u64) -> Result<bool> {
    Ok(pause > 8)
}

#[orchestrator]
async fn fibonacci_backoff(ctx: &Context) -> Result<u64> {
    for pause in Fibonacci::new().skip(2).take(10) {
        if ctx.call(attempt(pause)).await? {
            return Ok(pause);
        }
        ctx.timer(std::time::Duration::from_secs(pause)).await;
    }
    Err(Error::fatal("never"))
}
