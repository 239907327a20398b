//! Orchestrations of three activities, one after the other: alone, and many at once.

use durable::prelude::*;

use super::{Bound, Running, Workload};
use crate::bench::{
    goal::Goal,
    in_flight::timed,
    trial::{Measured, Trial},
};

/// What a hello needs.
pub(in crate::bench) const REGISTRY: Registry = registry![hello, say_hello];

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "hello 1,000 in flight",
        units: 20_000,
        about: "orchestrations of three activities, always 1,000 at work",
        goals: &[Goal::at_least("units_per_second", 40_000.0), Goal::at_least("raw_ratio", 0.3)],
        bound: Bound::Hellos,
        run: |trial| many(trial, 1_000),
    },
    Workload {
        name: "hello 2,000 at once",
        units: 2_000,
        about: "the same, all started together",
        goals: &[],
        bound: Bound::Hellos,
        run: all_at_once,
    },
    Workload {
        name: "hello 20,000 at once",
        units: 20_000,
        about: "the same, all started together",
        goals: &[],
        bound: Bound::Hellos,
        run: all_at_once,
    },
    Workload {
        name: "hello alone",
        units: 1_000,
        about: "one after the other",
        goals: &[Goal::at_most_fsyncs("p50_seconds", 2.0, 0.000_1), Goal::at_most("p99_seconds", 0.001_5)],
        bound: Bound::Hellos,
        run: |trial| many(trial, 1),
    },
];

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
pub(in crate::bench) async fn hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

fn all_at_once(trial: Trial) -> Running {
    let units = trial.units;
    many(trial, units)
}

fn many(trial: Trial, at_once: u64) -> Running {
    Box::pin(measure(trial, at_once))
}

async fn measure(trial: Trial, at_once: u64) -> Result<Measured> {
    let runtime = trial.start(REGISTRY).await?;
    let client = runtime.client();
    let window = trial.window();
    let latencies = timed(trial.units, at_once, move |_| {
        let client = client.clone();
        async move { client.start(hello()).await?.output().await.map(drop) }
    });
    let measured = window.close(latencies.await?);
    runtime.shutdown().await?;
    Ok(measured)
}
