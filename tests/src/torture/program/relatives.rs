//! Orchestrations that start others, and those that follow themselves.

use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Finished,
    activities::{brittle, work},
    waits::sequence,
};

/// Children with given and with generated ids.
#[orchestrator]
pub(super) async fn family(ctx: &Context, children: u64) -> Result<Finished> {
    let calls = (0..children).map(|n| {
        let child = ctx.call(sequence(2));
        if n % 2 == 0 {
            child.instance_id(format!("{}-child-{n}", ctx.instance_id())).into_future()
        } else {
            child.into_future()
        }
    });
    let mut finished = Finished::default();
    for child in durable::join_all(calls).await {
        finished.receipts.extend(child?.receipts);
    }
    Ok(finished)
}

/// What one generation hands to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Generation {
    /// How many are left, with this one.
    pub left: u64,
    /// What there is already.
    pub finished: Finished,
}

/// Continues as new; events that come early are carried over.
#[orchestrator]
pub(super) async fn generations(ctx: &Context, generation: Generation) -> Result<Finished> {
    let Generation { left, mut finished } = generation;
    finished.receipts.push(ctx.call(work(2)).await?);
    finished.numbers.push(ctx.event::<u64>("number").await?);
    if left <= 1 {
        return Ok(finished);
    }
    ctx.continue_as_new(generations(Generation { left: left - 1, finished })).await
}

/// A child that has a child, and so on.
#[orchestrator]
pub(super) async fn lineage(ctx: &Context, depth: u64) -> Result<Finished> {
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(1)).await?);
    if depth > 0 {
        finished.receipts.extend(ctx.call(lineage(depth - 1)).await?.receipts);
    }
    finished.numbers.push(depth);
    Ok(finished)
}

/// Who fails until what was mended, and how many descendants fail with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fragile {
    /// The instance that was started first.
    pub root: String,
    /// How many descendants it has.
    pub depth: u64,
}

/// Fails with its child until that is mended, and goes on when it is rewound.
#[orchestrator]
pub(super) async fn fragile(ctx: &Context, broken: Fragile) -> Result<Finished> {
    let Fragile { root, depth } = broken;
    let mut finished = Finished::default();
    finished.receipts.push(ctx.call(work(1)).await?);
    if depth > 0 {
        let child = ctx.call(fragile(Fragile { root: root.clone(), depth: depth - 1 })).await?;
        finished.receipts.extend(child.receipts);
    }
    finished.receipts.push(ctx.call(brittle(root)).await?);
    Ok(finished)
}

/// Gets one event from an orchestration that it started, and no second one.
#[orchestrator]
pub(super) async fn courier(ctx: &Context) -> Result<Finished> {
    ctx.start(messenger(ctx.instance_id().to_string()).instance_id(format!("{}-messenger", ctx.instance_id())));
    let number = ctx.event::<u64>("delivered").await?;
    let second = ctx.event::<u64>("delivered").timeout(Duration::from_millis(40)).await;
    let note = if second.is_ok() { "delivered twice" } else { "delivered once" };
    Ok(Finished { numbers: vec![number], note: note.to_owned(), ..Finished::default() })
}

/// Raises an event for another instance.
#[orchestrator]
pub(super) async fn messenger(ctx: &Context, to: String) -> Result<Finished> {
    let receipt = ctx.call(work(5)).await?;
    ctx.send_event(to, "delivered", &7_u64);
    Ok(Finished { receipts: vec![receipt], ..Finished::default() })
}
