//! The durable program: every kind of step, none of which takes long.

use std::{sync::Arc, time::Duration};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use super::journal::{Fact, Journal};

/// All that the program registers.
pub(super) const REGISTRY: Registry = registry![
    work,
    pay,
    echo,
    sequence,
    paying,
    fan_out,
    timers,
    family,
    generations,
    tally,
    together,
    bulk,
    collect,
    Counter
];

/// Where activities note that they run.
#[derive(Debug, Default)]
pub(super) struct Witness(pub(super) Option<Arc<Journal>>);

impl Witness {
    fn note(&self, ctx: &ActivityContext, persisted: bool) {
        if let Some(journal) = &self.0 {
            journal.note(Fact::Ran { instance: ctx.instance_id().to_string(), task: ctx.task_id(), persisted });
        }
    }
}

/// What [`work`] gives.
pub(super) const fn worked(n: u64) -> u64 {
    n * n + 1
}

#[activity]
async fn work(ctx: &ActivityContext, witness: State<Witness>, n: u64) -> Result<u64> {
    witness.note(ctx, false);
    Ok(worked(n))
}

#[activity(persist_first)]
async fn pay(ctx: &ActivityContext, witness: State<Witness>, n: u64) -> Result<u64> {
    witness.note(ctx, true);
    Ok(worked(n))
}

#[activity]
async fn echo(ctx: &ActivityContext, witness: State<Witness>, text: String) -> Result<String> {
    witness.note(ctx, false);
    Ok(text)
}

/// Activities one after the other.
#[orchestrator]
async fn sequence(ctx: &Context, steps: u64) -> Result<u64> {
    let mut sum = 0;
    for step in 0..steps {
        sum += ctx.call(work(step)).await?;
    }
    Ok(sum)
}

/// Activities that must not begin before they are on disk.
#[orchestrator]
async fn paying(ctx: &Context, steps: u64) -> Result<u64> {
    let mut sum = 0;
    for step in 0..steps {
        sum += ctx.call(pay(step)).await?;
    }
    Ok(sum)
}

#[orchestrator]
async fn fan_out(ctx: &Context, width: u64) -> Result<u64> {
    Ok(durable::try_join_all((0..width).map(|n| ctx.call(work(n)))).await?.into_iter().sum())
}

#[orchestrator]
async fn timers(ctx: &Context, count: u64) -> Result<u64> {
    for millis in 0..count {
        ctx.timer(Duration::from_millis(millis % 3)).await;
    }
    Ok(count)
}

#[orchestrator]
async fn family(ctx: &Context, children: u64) -> Result<u64> {
    Ok(durable::try_join_all((0..children).map(|n| ctx.call(sequence(n)))).await?.into_iter().sum())
}

#[orchestrator]
async fn generations(ctx: &Context, generation: (u64, u64)) -> Result<u64> {
    let (left, sum) = generation;
    let sum = sum + ctx.call(work(left)).await?;
    if left == 0 {
        return Ok(sum);
    }
    ctx.continue_as_new(generations((left - 1, sum))).await
}

/// Signals one counter, and calls it.
#[orchestrator]
async fn tally(ctx: &Context, signals: u64) -> Result<u64> {
    let id = ctx.instance_id().to_string();
    let counter = Counter::at("tally");
    for n in 0..signals {
        ctx.signal(counter.add(format!("{id}/{n}")));
    }
    ctx.call(counter.add(format!("{id}/{signals}"))).await?;
    Ok(signals)
}

/// Locks two counters, and writes into both.
#[orchestrator]
async fn together(ctx: &mut Context, rounds: u64) -> Result<u64> {
    for round in 0..rounds {
        let ((mut left, mut right), section) = ctx.lock((Counter::at("left"), Counter::at("right"))).await?;
        let token = format!("{}/{round}", section.instance_id());
        left.add(token.clone()).await?;
        section.call(work(round)).await?;
        right.add(token).await?;
    }
    Ok(rounds)
}

/// A payload that has a row of its own.
#[orchestrator]
async fn bulk(ctx: &Context, text: String) -> Result<u64> {
    let back = ctx.call(echo(text.clone())).await?;
    if back != text {
        return Err(Error::fatal("a large payload came back as another one"));
    }
    Ok(back.len() as u64)
}

/// The number that ends [`collect`].
pub(super) const LAST: u64 = u64::MAX;

/// What arrives, until the last.
#[orchestrator]
async fn collect(ctx: &Context) -> Result<Vec<u64>> {
    let mut numbers = Vec::new();
    loop {
        match ctx.event::<u64>("number").await? {
            LAST => return Ok(numbers),
            number => numbers.push(number),
        }
    }
}

/// Remembers what was added.
#[entity]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Counter {
    pub(super) tokens: Vec<String>,
}

#[entity]
impl Counter {
    fn add(&mut self, token: String) -> u64 {
        self.tokens.push(token);
        self.tokens.len() as u64
    }
}
