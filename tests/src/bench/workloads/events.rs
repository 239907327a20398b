//! Orchestrations that wait for an event.

use durable::prelude::*;

use super::{Bound, Workload};
use crate::bench::{
    goal::Goal,
    in_flight::{in_flight, timed},
    trial::{Measured, Trial},
};

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "events",
    units: 10_000,
    about: "orchestrations that wait for an event: timed from the event to the end, 1,000 on their way",
    goals: &[Goal::at_least("units_per_second", 30_000.0)],
    bound: Bound::Rows,
    run: |trial| Box::pin(raise(trial)),
}];

/// What such orchestrations need.
pub(in crate::bench) const REGISTRY: Registry = registry![wait_for_go];

#[orchestrator]
pub(in crate::bench) async fn wait_for_go(ctx: &Context) -> Result<u64> {
    ctx.event::<u64>("go").await
}

/// The id of one that waits.
pub(in crate::bench) fn id(n: u64) -> String {
    format!("waiting-{n:08}")
}

/// Starts so many that wait.
///
/// # Errors
///
/// One can't be started.
pub(super) async fn start_waiting(client: &Client, count: u64) -> Result<()> {
    let client = client.clone();
    in_flight(count, 1_000, move |n| {
        let client = client.clone();
        async move { client.start(wait_for_go()).instance_id(id(n)).await.map(drop) }
    })
    .await
}

/// Raises the event for one that waits, and waits for its end.
///
/// # Errors
///
/// It does not wait.
pub(in crate::bench) async fn wake(client: &Client, n: u64) -> Result<()> {
    let handle = client.handle::<u64, Error>(id(n))?;
    handle.raise("go", &n).await?;
    handle.output().await.map(drop)
}

async fn raise(trial: Trial) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let client = runtime.client();
    start_waiting(&client, trial.units).await?;
    let window = trial.window();
    let latencies = timed(trial.units, 1_000, move |n| {
        let client = client.clone();
        async move { wake(&client, n).await }
    });
    let measured = window.close(latencies.await?);
    runtime.shutdown().await?;
    Ok(measured)
}
