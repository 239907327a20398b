//! Every kind of wait.

use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Finished,
    activities::{bulky, crunch, flaky, work},
};

/// Activities one after the other.
#[orchestrator]
pub(super) async fn sequence(ctx: &Context, steps: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    for step in 0..steps {
        finished.receipts.push(ctx.call(work(step % 4)).await?);
    }
    Ok(finished)
}

/// Activities side by side, some of them blocking.
#[orchestrator]
pub(super) async fn fan_out(ctx: &Context, width: u64) -> Result<Finished> {
    let calls = (0..width)
        .map(|n| if n % 5 == 0 { ctx.call(crunch(n % 3)).into_future() } else { ctx.call(work(n % 7)).into_future() });
    let receipts = durable::join_all(calls).await.into_iter().collect::<Result<_>>()?;
    Ok(Finished { receipts, ..Finished::default() })
}

/// Timers one after the other, and then together.
#[orchestrator]
pub(super) async fn timers(ctx: &Context, millis: Vec<u64>) -> Result<Finished> {
    let mut finished = Finished::default();
    for millis in &millis {
        let due = ctx.now() + Duration::from_millis(*millis);
        ctx.timer_at(due).await;
        if ctx.now() < due {
            return Err(Error::fatal(format!("the timer for {due} fired at {}", ctx.now())));
        }
        finished.numbers.push(*millis);
    }
    durable::join_all(millis.iter().map(|millis| ctx.timer(Duration::from_millis(*millis)))).await;
    Ok(finished)
}

/// Waits for events, of which some arrive before it waits.
#[orchestrator]
pub(super) async fn collect(ctx: &Context, events: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(25)).await?);
    for _ in 0..events {
        finished.numbers.push(ctx.event::<u64>("number").await?);
    }
    Ok(finished)
}

/// How an activity fails, and how often it is tried.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Attempts {
    /// How many attempts fail.
    pub failures: u32,
    /// How many attempts there are.
    pub allowed: u32,
}

/// Tries again after failures.
#[orchestrator]
pub(super) async fn retrying(ctx: &Context, attempts: Attempts) -> Result<Finished> {
    let retry = Retry::exponential(attempts.allowed, Duration::from_millis(5));
    Ok(match ctx.call(flaky(attempts.failures)).retry(retry).await {
        Ok(receipt) => Finished { receipts: vec![receipt], ..Finished::default() },
        Err(error) => Finished { note: error.message().to_owned(), ..Finished::default() },
    })
}

/// An event against a timer.
#[orchestrator]
pub(super) async fn racing(ctx: &Context, millis: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    match durable::race(ctx.event::<u64>("number"), ctx.timer(Duration::from_millis(millis))).await {
        Either::Left(number) => finished.numbers.push(number?),
        Either::Right(()) => "late".clone_into(&mut finished.note),
    }
    finished.receipts.push(ctx.call(work(2)).await?);
    Ok(finished)
}

/// How long an activity takes, and how long it is waited for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Patience {
    /// Milliseconds that the activity takes.
    pub work: u64,
    /// Milliseconds until it is given up.
    pub wait: u64,
}

/// Gives up activities that take too long.
#[orchestrator]
pub(super) async fn abandoning(ctx: &Context, patience: Patience) -> Result<Finished> {
    let mut finished = Finished::default();
    for _ in 0..3 {
        let timer = ctx.timer(Duration::from_millis(patience.wait));
        match durable::race(ctx.call(work(patience.work)), timer).await {
            Either::Left(receipt) => finished.receipts.push(receipt?),
            Either::Right(()) => finished.note.push('x'),
        }
    }
    finished.receipts.push(ctx.call(work(1)).await?);
    Ok(finished)
}

/// Payloads that outgrow the inline limit of the store.
#[orchestrator]
pub(super) async fn bulk(ctx: &Context, text: String) -> Result<Finished> {
    let (first, back) = ctx.call(bulky(text.clone())).await?;
    let (second, again) = ctx.call(bulky(back)).await?;
    if again != text {
        return Err(Error::fatal("a large payload came back as another one"));
    }
    Ok(Finished { receipts: vec![first, second], numbers: Vec::new(), note: again })
}

/// A long activity, and a short one after it.
#[orchestrator]
pub(super) async fn slow(ctx: &Context, millis: u64) -> Result<Finished> {
    let receipts = vec![ctx.call(work(millis)).await?, ctx.call(work(1)).await?];
    Ok(Finished { receipts, ..Finished::default() })
}
