//! Very many orchestrations that wait and do nothing: what they cost, and how a process starts that has them.
//!
//! `--size 10` makes a million. With fewer, the page cache of SQLite is more than they are: memory for each says little.

use std::time::Duration;

use durable::prelude::*;

use super::{Bound, Workload, events};
use crate::bench::{
    goal::Goal,
    process::{Child, Role, Task},
    resources,
    trial::{Measured, Trial, now},
};

/// How many are woken one by one.
const WAKES: u64 = 1_000;

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "dormant",
    units: 100_000,
    about: "orchestrations that wait, one in ten in memory: timed while they start; then the next process starts, and \
            the latencies are those of waking one that sleeps",
    goals: &[
        Goal::at_most("first_answer_seconds", 2.0),
        Goal::at_most("first_wake_seconds", 0.005),
        Goal::at_most("started_each_bytes", 400.0),
        Goal::at_most("restarted_each_bytes", 400.0),
    ],
    bound: Bound::Rows,
    run: |trial| Box::pin(restart(trial)),
}];

/// Starts all that wait and ends in order: the part of a process of its own.
///
/// # Errors
///
/// The store fails.
pub(in crate::bench) async fn put_to_sleep(trial: Trial) -> Result<Measured> {
    let runtime = start(&trial).await?;
    let before = resources::memory();
    let window = trial.window();
    events::start_waiting(&runtime.client(), trial.units).await?;
    let measured = window.close(Vec::new());
    let measured = with_growth(measured, "started_each_bytes", before, trial.units);
    runtime.shutdown().await?;
    Ok(measured)
}

async fn restart(trial: Trial) -> Result<Measured> {
    let Trial { units, durability, ref directory, .. } = trial;
    let sleepers = Task { role: Role::Sleepers, units, durability, directory: directory.clone() };
    let measured: Measured = Child::spawn(&sleepers)?.answer()?;
    let before = resources::memory();
    let began = now();
    let runtime = start(&trial).await?;
    let client = runtime.client();
    client.start(events::wait_for_go()).await?;
    let answered = began.elapsed();
    // The first ones were not used for longest, and so they sleep.
    let began = now();
    events::wake(&client, 0).await?;
    let woken = began.elapsed();
    let began = now();
    until_idle().await;
    let measured = measured
        .with("first_answer_seconds", answered.as_secs_f64())
        .with("first_wake_seconds", woken.as_secs_f64())
        .with("recovery_seconds", (answered + woken + began.elapsed()).as_secs_f64());
    let measured = with_growth(measured, "restarted_each_bytes", before, units);
    let asleep = units / 2;
    let wakes = WAKES.min(asleep.saturating_sub(1));
    let mut latencies = Vec::new();
    for n in 0..wakes {
        let began = now();
        events::wake(&client, 1 + n * (asleep - 1) / wakes).await?;
        latencies.push(began.elapsed());
    }
    runtime.shutdown().await?;
    Ok(measured.with_latencies(latencies))
}

async fn start(trial: &Trial) -> Result<Runtime> {
    // As a million are beside the usual limit.
    let resident = usize::try_from((trial.units / 10).max(1))?;
    Runtime::builder().store(trial.store()).register(events::REGISTRY).max_instances_in_memory(resident).start().await
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn with_growth(measured: Measured, name: &str, before: Option<u64>, units: u64) -> Measured {
    match resources::memory().zip(before) {
        Some((now, before)) => measured.with(name, now.saturating_sub(before) as f64 / units as f64),
        None => measured,
    }
}

/// Waits until this process does nothing: recovery has come to its end.
async fn until_idle() {
    const LOOK: Duration = Duration::from_millis(200);
    loop {
        let before = resources::cpu();
        tokio::time::sleep(LOOK).await;
        let used = resources::cpu().zip(before).map(|(now, before)| now.saturating_sub(before));
        if used.is_none_or(|used| used < LOOK / 10) {
            return;
        }
    }
}
