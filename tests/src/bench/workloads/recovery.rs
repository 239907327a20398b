//! A process that is killed in the middle of very many hellos, and the next one, which goes on with them.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use durable::prelude::*;
use tokio::sync::Notify;

use super::{Bound, Workload, all_ended};
use crate::bench::{
    goal::Goal,
    in_flight::in_flight,
    process::{self, Child, Role, Task},
    trial::{Measured, Trial, now},
};

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "recovery",
    units: 100_000,
    about: "hellos in whose second activity the process is killed: timed from the next start to the end of all",
    goals: &[Goal::at_most("first_progress_seconds", 1.0), Goal::at_least("units_per_second", 40_000.0)],
    bound: Bound::Rows,
    run: |trial| Box::pin(recover(trial)),
}];

const REGISTRY: Registry = registry![greet, slow_hello];

/// Counts the greetings of one city, which either go on or never end.
#[derive(Debug)]
struct Greetings {
    city: &'static str,
    hangs: bool,
    expected: u64,
    seen: AtomicU64,
    first: OnceLock<Instant>,
    all: Notify,
}

impl Greetings {
    /// Those of that city go on.
    fn passing(city: &'static str, expected: u64) -> Arc<Self> {
        Arc::new(Self::new(city, expected))
    }

    /// Those of that city never end.
    fn hanging(city: &'static str, expected: u64) -> Arc<Self> {
        Arc::new(Self { hangs: true, ..Self::new(city, expected) })
    }

    fn new(city: &'static str, expected: u64) -> Self {
        Self { city, hangs: false, expected, seen: AtomicU64::new(0), first: OnceLock::new(), all: Notify::new() }
    }
}

#[activity]
async fn greet(greetings: State<Arc<Greetings>>, city: String) -> Result<String> {
    if city == greetings.city {
        greetings.first.get_or_init(now);
        if greetings.seen.fetch_add(1, Ordering::Relaxed) + 1 == greetings.expected {
            greetings.all.notify_one();
        }
        if greetings.hangs {
            std::future::pending::<()>().await;
        }
    }
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn slow_hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(greet(city.into())).await?);
    }
    Ok(greetings)
}

/// Starts all, says so when all are in their second activity, and waits to be killed: the part of a process of its own.
///
/// # Errors
///
/// The store fails.
pub(in crate::bench) async fn wait_for_death(trial: &Trial) -> Result<()> {
    let greetings = Greetings::hanging("Seattle", trial.units);
    let runtime = Runtime::builder()
        .store(trial.store())
        .register(REGISTRY)
        .state(Arc::clone(&greetings))
        .max_async_activities(usize::try_from(trial.units)?.max(1_000))
        .start()
        .await?;
    let client = runtime.client();
    in_flight(trial.units, 1_000, move |_| {
        let client = client.clone();
        async move { client.start(slow_hello()).await.map(drop) }
    })
    .await?;
    greetings.all.notified().await;
    process::answer(&"ready")?;
    std::future::pending().await
}

async fn recover(trial: Trial) -> Result<Measured> {
    let Trial { units, durability, ref directory, .. } = trial;
    let mut victim = Child::spawn(&Task { role: Role::Victim, units, durability, directory: directory.clone() })?;
    victim.line()?;
    victim.kill()?;
    // An activity of the third city begins when the result of the second is stored.
    let greetings = Greetings::passing("London", units);
    let window = trial.window();
    let began = now();
    let runtime =
        Runtime::builder().store(trial.store()).register(REGISTRY).state(Arc::clone(&greetings)).start().await?;
    let opened = began.elapsed();
    greetings.all.notified().await;
    all_ended(&runtime.client()).await?;
    let measured = window.close(Vec::new());
    runtime.shutdown().await?;
    let first = greetings.first.get().copied().unwrap_or(began);
    Ok(measured
        .with("opened_seconds", opened.as_secs_f64())
        .with("first_progress_seconds", (first - began).as_secs_f64()))
}
