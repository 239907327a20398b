//! Very many timers: all are set, and then come due at a steady rate.
//!
//! What is timed is the setting; the latencies are those of the firing: from the due time to the time that the
//! orchestration sees in the turn in which its timer has fired, as the history tells. `spare_seconds` is the time between
//! the last one set and the first one due: below zero, it disturbs the firing. `--size 10` makes a million.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use durable::{model::Event, prelude::*};
use rusqlite::Connection;

use super::{Bound, Workload, all_ended};
use crate::bench::{
    goal::Goal,
    in_flight::in_flight,
    resources,
    trial::{Measured, Trial},
};

/// How many come due in a second.
const RATE: u64 = 20_000;
/// How long a million may take to be set before the first is due.
const PATIENCE: Duration = Duration::from_secs(60);
const SHORTEST: Duration = Duration::from_secs(2);

const GOALS: &[Goal] = &[
    Goal::at_most_for("seconds", 15.0, 1_000_000),
    Goal::at_most("p99_seconds", 0.05),
    // Of what comes due.
    Goal::at_least("fired_per_second", 19_800.0),
];

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "timers 100 each",
        units: 100_000,
        about: "timers, 100 to an orchestration: timed while they are set; the latencies are how late they fire",
        goals: GOALS,
        bound: Bound::Rows,
        run: |trial| Box::pin(measure(trial, 100)),
    },
    Workload {
        name: "timers 1 each",
        units: 100_000,
        about: "the same, one to an orchestration; one orchestration in ten stays in memory",
        goals: GOALS,
        bound: Bound::Rows,
        run: |trial| Box::pin(measure(trial, 1)),
    },
];

#[orchestrator]
async fn wait_until(ctx: &Context, due: Timestamp) -> Result<()> {
    ctx.timer_at(due).await;
    Ok(())
}

#[orchestrator]
async fn wait_often(ctx: &Context, first: Timestamp, every: Duration, count: u32) -> Result<()> {
    durable::join_all((0..count).map(|n| ctx.timer_at(first + every * n))).await;
    Ok(())
}

async fn measure(trial: Trial, each: u64) -> Result<Measured> {
    // As a million instances are beside the usual limit.
    let resident = usize::try_from((trial.units / 10).max(1))?;
    let runtime = Runtime::builder()
        .store(trial.store())
        .register(registry![wait_until, wait_often])
        .max_instances_in_memory(resident)
        .start()
        .await?;
    let client = runtime.client();
    let units = trial.units;
    let patience = SHORTEST.max(PATIENCE.mul_f64(f64::from(u32::try_from(units)?) / 1e6));
    let spacing = Duration::from_secs(1) / u32::try_from(RATE)?;
    let window = trial.window();
    let first = wall_clock() + patience;
    let setting = client.clone();
    let orchestrations = units.div_ceil(each);
    in_flight(orchestrations, 1_000, move |n| {
        let client = setting.clone();
        async move {
            let due = first + spacing * u32::try_from(n)?;
            if each == 1 {
                return client.start(wait_until(due)).await.map(drop);
            }
            let count = each.min(units - n * each);
            let every = spacing * u32::try_from(orchestrations)?;
            client.start(wait_often(due, every, u32::try_from(count)?)).await.map(drop)
        }
    })
    .await?;
    let set = window.close(Vec::new());
    let firing = trial.window();
    let spare = signed_seconds(wall_clock(), first);
    let last = first + spacing * u32::try_from(units)?;
    tokio::time::sleep(last - wall_clock()).await;
    all_ended(&client).await?;
    let fired = firing.close(Vec::new());
    runtime.shutdown().await?;
    // Reading the history takes memory, too.
    let set = Measured { peak_bytes: resources::peak(), ..set };
    let lateness = Lateness::read(&trial)?;
    let per_unit = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / units_f64(units);
    let mut measured = set
        .with("fired_per_second", units_f64(units) / lateness.last.since(first).max(spacing).as_secs_f64())
        .with("latest_seconds", lateness.all.iter().max().map_or(0.0, Duration::as_secs_f64))
        .with("fire_commits_each", per_unit(fired.commits))
        .with("fire_rows_each", per_unit(fired.rows))
        .with("spare_seconds", spare)
        .with_latencies(lateness.all);
    if let Some(cpu) = fired.cpu_seconds {
        measured = measured.with("fire_cpu_each_seconds", cpu / units_f64(units));
    }
    Ok(measured)
}

/// How late timers fired.
#[derive(Debug)]
struct Lateness {
    all: Vec<Duration>,
    /// When the last one fired.
    last: Timestamp,
}

impl Lateness {
    /// Reads it from the history.
    fn read(trial: &Trial) -> Result<Self> {
        let connection = Connection::open(trial.database())?;
        let mut select = connection.prepare("SELECT iid, at, events FROM segment ORDER BY lsn")?;
        let mut rows = select.query([])?;
        let mut lateness = Self { all: Vec::new(), last: Timestamp::default() };
        let mut due = HashMap::new();
        while let Some(row) = rows.next()? {
            let (instance, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            let at = Timestamp::from_micros(at);
            for event in serde_json::from_str::<Vec<Event>>(row.get_ref(2)?.as_str().map_err(Error::new)?)? {
                if let Event::TimerCreated { id, fire_at } = event {
                    due.insert((instance, id), fire_at);
                } else if let Event::TimerFired { id } = event
                    && let Some(due) = due.remove(&(instance, id))
                {
                    lateness.all.push(at - due);
                    lateness.last = lateness.last.max(at);
                }
            }
        }
        if due.is_empty() { Ok(lateness) } else { Err(Error::new(format!("{} timers have not fired", due.len()))) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
const fn units_f64(units: u64) -> f64 {
    units as f64
}

/// From one time to another, which may be earlier.
fn signed_seconds(from: Timestamp, to: Timestamp) -> f64 {
    if to < from { -(from - to).as_secs_f64() } else { (to - from).as_secs_f64() }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn wall_clock() -> Timestamp {
    SystemTime::now().into()
}
