//! Many activities of one orchestration: all at once, and one after the other.

use durable::{Handle, client::Starting, prelude::*};

use super::{Bound, Workload};
use crate::bench::{
    goal::Goal,
    trial::{Measured, Trial},
};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "fan-out",
        units: 10_000,
        about: "activities that one orchestration awaits at once",
        goals: &[Goal::at_most_for("seconds", 0.15, 10_000)],
        bound: Bound::Rows,
        run: |trial| Box::pin(measure(trial, |client, width| client.start(fan_out(width)))),
    },
    Workload {
        name: "chain",
        units: 5_000,
        about: "activities that one orchestration awaits one by one",
        goals: &[Goal::at_most_for("seconds", 0.5, 5_000)],
        bound: Bound::Rows,
        run: |trial| Box::pin(measure(trial, |client, length| client.start(chain(length)))),
    },
];

#[activity]
async fn one(n: u64) -> Result<u64> {
    Ok(n)
}

#[orchestrator]
async fn fan_out(ctx: &Context, width: u64) -> Result<u64> {
    let all = durable::try_join_all((0..width).map(|n| ctx.call(one(n)))).await?;
    Ok(all.len() as u64)
}

#[orchestrator]
async fn chain(ctx: &Context, length: u64) -> Result<u64> {
    for n in 0..length {
        ctx.call(one(n)).await?;
    }
    Ok(length)
}

async fn measure(trial: Trial, start: fn(&Client, u64) -> Starting<'_, Handle<u64>>) -> Result<Measured> {
    let runtime = trial.start(registry![fan_out, chain, one]).await?;
    let window = trial.window();
    start(&runtime.client(), trial.units).await?.output().await?;
    let measured = window.close(Vec::new());
    runtime.shutdown().await?;
    Ok(measured)
}
