// functions inside of the orchestrator
use durable::prelude::*;
use std::time::Duration;

#[activity]
async fn probe(n: u32) -> Result<bool> {
    Ok(n > 3)
}

#[orchestrator]
async fn probing(ctx: &Context) -> Result<u32> {
    #[deterministic]
    fn backoff(attempt: u32) -> Duration {
        Duration::from_secs(fibonacci(attempt))
    }

    #[deterministic]
    fn fibonacci(n: u32) -> u64 {
        if n < 2 { u64::from(n) } else { fibonacci(n - 1) + fibonacci(n - 2) }
    }

    struct Attempts {
        left: u32,
    }

    impl Attempts {
        fn next(&mut self) -> Option<u32> {
            self.left = self.left.checked_sub(1)?;
            Some(10 - self.left)
        }
    }

    let mut attempts = Attempts { left: 10 };
    while let Some(attempt) = attempts.next() {
        if ctx.call(probe(attempt)).await? {
            return Ok(attempt);
        }
        ctx.timer(backoff(attempt)).await;
    }
    Ok(0)
}
