//! Entities: counters that are signaled, called and locked together.

use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Finished, activities::work, waits::sequence};

/// Which counter gets how many signals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tally {
    /// The key of the counter.
    pub counter: String,
    /// How many signals it gets, before it is called once.
    pub signals: u64,
}

/// Signals and calls an entity, each time with another token.
#[orchestrator]
pub(super) async fn tally(ctx: &Context, tally: Tally) -> Result<Finished> {
    let id = ctx.instance_id().as_str();
    let counter = Counter::at(&tally.counter);
    for n in 0..tally.signals {
        ctx.signal(counter.add(format!("{id}/{n}")));
    }
    let last = tally.signals;
    let value = ctx.call(counter.add_slowly(format!("{id}/{last}"))).await?;
    Ok(Finished { numbers: vec![value], ..Finished::default() })
}

/// Which counters are locked together, and for how long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Together {
    /// Their keys; one may be named twice.
    pub counters: Vec<String>,
    /// How many events it awaits before it lets them go.
    pub events: u64,
}

/// Locks counters, and writes into each of them at the beginning and at the end of the section.
#[orchestrator]
pub(super) async fn together(ctx: &mut Context, together: Together) -> Result<Finished> {
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(3)).await?);
    let keys = together.counters.iter().map(Counter::at).collect::<Vec<_>>();
    let (mut counters, section) = ctx.lock(keys).await?;
    let id = section.instance_id().to_string();
    for counter in &mut counters {
        counter.add(format!("{id}/begins")).await?;
    }
    finished.receipts.push(section.call(work(2)).await?);
    for _ in 0..together.events {
        finished.numbers.push(section.event::<u64>("number").await?);
    }
    durable::try_join_all(counters.iter_mut().map(|counter| counter.add_slowly(format!("{id}/ends")))).await?;
    Ok(finished)
}

/// Remembers what was added, so that what is lost, doubled or out of order shows.
#[entity]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counter {
    /// How many operations were performed.
    pub value: u64,
    /// Their tokens, in order.
    pub tokens: Vec<String>,
}

#[entity]
impl Counter {
    fn add(&mut self, token: String) -> u64 {
        self.tokens.push(token);
        self.value += 1;
        self.value
    }

    async fn add_slowly(&mut self, token: String) -> u64 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.add(token)
    }

    /// Adds to another counter as well.
    fn relay(&mut self, ctx: &EntityContext, to: String, token: String) -> u64 {
        ctx.signal(Counter::at(to).add(token.clone()));
        self.add(token)
    }

    /// Starts an orchestration for each token.
    fn launch(&mut self, ctx: &EntityContext, token: String) -> u64 {
        ctx.start(sequence(2).instance_id(format!("launched-{}-{token}", ctx.key())));
        self.add(token)
    }

    /// Fails after it has changed the state and sent a signal, of which nothing may remain.
    fn refuse(&mut self, ctx: &EntityContext, token: String) -> Result<u64> {
        ctx.signal(Counter::at("refused").add(token.clone()));
        self.add(token);
        Err(Error::new("refused"))
    }
}
