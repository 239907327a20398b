// good: one deadline is handed down to every step
use std::time::Duration;

use durable::{FailureKind, prelude::*};

#[derive(Clone, Copy)]
struct Deadline {
    at: Timestamp,
    reserve: Duration,
}

impl Deadline {
    fn within(ctx: &Context, duration: Duration) -> Self {
        Self { at: ctx.now() + duration, reserve: Duration::ZERO }
    }

    fn keeping(self, reserve: Duration) -> Self {
        Self { reserve: self.reserve + reserve, ..self }
    }

    fn left(&self, ctx: &Context) -> Result<Duration> {
        let left = self.at.since(ctx.now()).saturating_sub(self.reserve);
        if left.is_zero() {
            return Err(Error::of_kind(FailureKind::TimedOut, format!("nothing left before {}", self.at)));
        }
        Ok(left)
    }
}

#[activity]
async fn search(query: String) -> Result<Vec<u64>> {
    Ok(query.bytes().map(u64::from).collect())
}

#[activity]
async fn rank(hits: Vec<u64>) -> Result<Vec<u64>> {
    Ok(hits.into_iter().rev().collect())
}

#[orchestrator]
async fn answer(ctx: &Context, query: String, seconds: u64) -> Result<Option<u64>> {
    let deadline = Deadline::within(ctx, Duration::from_secs(seconds));
    let early = deadline.keeping(Duration::from_secs(2));
    let hits = ctx.call(search(query)).timeout(early.left(ctx)?).await?;
    let ranked = match ctx.call(rank(hits.clone())).timeout(deadline.left(ctx)?).await {
        Ok(ranked) => ranked,
        Err(error) if error.kind() == FailureKind::TimedOut => hits,
        Err(error) => return Err(error),
    };
    Ok(ranked.first().copied())
}
